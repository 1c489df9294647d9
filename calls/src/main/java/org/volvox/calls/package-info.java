/**
 * How machines talk: frames, connections that carry many calls at once, their windows, deadlines
 * and keep-alive, and the retry of commands. Cores only: {@link org.volvox.calls.Connection} and
 * {@link org.volvox.calls.CommandRetry} take inputs and give effects; the sockets are in {@code
 * rpc}.
 */
@NullMarked
package org.volvox.calls;

import org.jspecify.annotations.NullMarked;
