/**
 * The world of data that merges: two to five of the real replicas over a faulty network and disks
 * that forget what was not synced or are lost, clients that change and read through any of them,
 * and an oracle that derives from the history of changes what each read must show. {@link
 * org.volvox.worlds.crdt.CrdtWorld} runs one seed.
 */
@NullMarked
package org.volvox.worlds.crdt;

import org.jspecify.annotations.NullMarked;
