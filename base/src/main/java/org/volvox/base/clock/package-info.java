/**
 * Logical clocks as pure functions: Lamport (1978), vector (Fidge 1988, Mattern 1989) and hybrid
 * logical clocks (Kulkarni and others 2014), and the total order of events.
 */
@NullMarked
package org.volvox.base.clock;

import org.jspecify.annotations.NullMarked;
