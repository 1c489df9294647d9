/**
 * Calls of services, as caller and host decide them: what passes in INVOKE ({@link
 * org.volvox.calls.service.InvokeRequest}, {@link org.volvox.calls.service.InvokeAnswer}), the
 * caller's core of one call ({@link org.volvox.calls.service.Invocation}) with what its calls share
 * ({@link org.volvox.calls.service.OpenRequests}, {@link org.volvox.calls.service.RetryBudget},
 * {@link org.volvox.calls.service.Loads}), and the host's core against running a request twice
 * ({@link org.volvox.calls.service.AnswerTable}). No sockets, threads or clocks.
 */
@NullMarked
package org.volvox.calls.service;

import org.jspecify.annotations.NullMarked;
