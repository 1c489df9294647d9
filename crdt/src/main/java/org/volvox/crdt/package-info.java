/**
 * Data that every node of a split cluster can read and change, and that merges when the split
 * heals.
 *
 * <p>All data is {@link org.volvox.crdt.Atom}s: an element of a set, a field of a map, a register,
 * a flag, a counter. Each change is a {@link org.volvox.crdt.Operation} that names the changes
 * which its replica knew of and it takes the place of; so it is observed-remove everywhere (Shapiro
 * and others 2011, specification 15), and of what is removed nothing stays. Operations reach every
 * replica once and in causal order, by version vectors (Baquero, Almeida and Shoker 2014, pure
 * op-based CRDTs; Ladin and others 1992, lazy replication): nobody sees an effect without its
 * cause. A {@link org.volvox.crdt.Replica} brings it together: changes, durability, and the
 * exchange with other replicas.
 */
@NullMarked
package org.volvox.crdt;

import org.jspecify.annotations.NullMarked;
