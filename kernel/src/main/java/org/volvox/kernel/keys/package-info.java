/**
 * Key spaces in the replicated state: which there are, and the keys of consistent ones with their
 * revisions, history, leases and transactions ({@link org.volvox.kernel.keys.KeySpaces}); beside
 * them a leader's timers of leases. Keys of the store behind 00 'K', numbers big-endian:
 *
 * <pre>
 * 't'                            how many spaces and leases there are
 * 'n' name                       space8
 * 's' space8                     a space, as in the system calls, without its usage
 * 'u' space8                     usage: revision, compacted, trimmed, keys, bytes
 * 'c' space8 key                 the row of now
 * 'v' space8 key' changed8       a version of a key, key' with 00 as 00 FF, then 00 00
 * 'h' space8 revision8 order4    a change: deletion or not, the revision of the version before, key
 * 'l' lease8                     a lease: space, life, renewal, what is left, when, how many keys
 * 'w' index8 lease8              leases by the last entry of the log that touched their time
 * 'k' lease8 key                 keys of a lease
 * 'm' space8 lease8              leases of a space
 * 'x' space8                     a removed space of which rows are left
 * </pre>
 */
@NullMarked
package org.volvox.kernel.keys;

import org.jspecify.annotations.NullMarked;
