/**
 * Servers of other people's replication beside which ours is measured, each the main class of a
 * process of its own, with the cheapest state machine that is honest: a map in memory, no codec but
 * bytes. What is cheap here favours the peer. Each ends when its standard input ends, that is, with
 * the benchmark that started it, however that came about.
 */
@NullMarked
package org.volvox.verify.bench.peer;

import org.jspecify.annotations.NullMarked;
