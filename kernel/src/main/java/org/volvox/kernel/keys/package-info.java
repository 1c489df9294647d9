/**
 * Key spaces and the keys of consistent ones, in the words of etcd: revisions, transactions, leases
 * and the history that watches read. {@link org.volvox.kernel.keys.KeySpaces} is the part of the
 * state machine; a node reads spaces, changes and what is due through its static methods. It knows
 * no log, no socket and no clock.
 *
 * <pre>
 * Keys of group 0, part 'K'; byte 2 is the table. Numbers are big-endian.
 * 00 'K' 'c'                   counters: spaces, leases
 * 00 'K' 's' space8            a space, as in the system calls
 * 00 'K' 'n' name              index of names: space8
 * 00 'K' 'k' space8 key        a key as it is now
 * 00 'K' 'v' space8 key* rev8  a key as that revision left it, or that it was deleted
 * 00 'K' 'h' space8 rev8 no4   changes: put or deleted, the revision it superseded, the key
 * 00 'K' 'u' space8            a space with history to delete: the first revision that has some
 * 00 'K' 'd' space8            a space that was removed: where its rows to delete begin
 * 00 'K' 'l' lease8            a lease, and what is left of it
 * 00 'K' 'e' index8 lease8     index of leases by the entry of the log that set their time last
 * 00 'K' 'b' space8 lease8     index of the leases of a space
 * 00 'K' 'a' lease8 key        index of the keys of a lease
 * key* is the key with 00 written as 00 FF, then 00 01: in the order of keys, and none a prefix
 * </pre>
 */
@NullMarked
package org.volvox.kernel.keys;

import org.jspecify.annotations.NullMarked;
