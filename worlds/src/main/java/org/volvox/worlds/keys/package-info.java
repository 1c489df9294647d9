/**
 * Keys under replicas that lag, leaders that change with clocks that disagree, and messages that
 * are lost or late: watches, leases and locks, and what each of them promises ({@link
 * org.volvox.worlds.keys.KeysWorld}). The log is given; how one comes to be is another world's.
 */
@NullMarked
package org.volvox.worlds.keys;

import org.jspecify.annotations.NullMarked;
