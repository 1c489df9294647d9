/**
 * Benchmarks beside other systems: both run on this machine in the same run, in alternating rounds,
 * and the ratio is the result. Peers are unpacked into target/, never installed.
 */
@NullMarked
package org.volvox.verify.bench;

import org.jspecify.annotations.NullMarked;
