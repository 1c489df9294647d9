/**
 * The replicated state machine alone: random system calls by seed, applied to the root machine with
 * its files over a store in memory. Equal digests on every platform are what makes replicas equal;
 * {@link org.volvox.worlds.machine.MachineWorld} is run by tests and compiled to JavaScript.
 */
@NullMarked
package org.volvox.worlds.machine;

import org.jspecify.annotations.NullMarked;
