/**
 * The write-ahead log of a node, pure over {@link org.volvox.base.Disk}: format, group commit,
 * recovery, salvage. {@link org.volvox.consensus.log.RaftWal} is what a Raft shell uses, {@link
 * org.volvox.consensus.log.Wal} is the log of several groups under it.
 *
 * <h2>Format, version 2</h2>
 *
 * <p>A log is a chain of frames, numbered from 1 without gaps, in segment files {@code wal-<16 hex
 * digits>}, numbered from 1. Each frame begins on a sector of its own (512 bytes) and is padded
 * with zeros to the next one; all numbers are big-endian.
 *
 * <pre>
 * at bytes                                at bytes
 *  0  4  magic "VXWF"                     40  8  durable: when this was written, all
 *  4  1  version (2)                             frames up to this number were synced
 *  5  1  kind: 1 head 2 data 3 mark 4 seal 48  4  payload bytes
 *  6  2  zero                             52  4  records in the payload
 *  8  8  log id                           56  4  CRC-32C of the payload
 * 16  8  segment                          60  4  CRC-32C of bytes 0-59
 * 24  8  offset of this frame             64  .  payload: records
 * 32  8  number of this frame
 *
 * record       u8 type, u32 group, then
 * 1 entry      u64 term, u64 index, u8 kind (1 noop, 2 command, 3 members), u32 length, payload
 * 2 state      u64 term, u16 voted for (0 nobody)
 * 3 purge      u64 index, u64 term: entries up to there are in a snapshot
 * 4 checkpoint as 2, then u64 index, u64 term of the base, u64 index, u64 term of the last entry
 * 5 restart    u64 index, u64 term: the log is empty behind a snapshot of that entry
 * </pre>
 *
 * <p>An entry whose index is not behind the group's last one replaces that entry and drops all
 * after it. A head, a data frame and a mark begin with a checkpoint of every group there is: where
 * the log stood before the frame. A segment begins with a head, so that older segments can go; it
 * ends with a seal. The next segment's file is made (elsewhere, then renamed) before the seal is
 * written, and its head only after the seal is synced. In version 1, which is still read, only
 * heads have checkpoints.
 *
 * <h2>Torn or corrupt</h2>
 *
 * <p>A caller acknowledges a frame only after the sync that follows it. At a frame that does not
 * check out, number s, recovery must tell a write that a crash tore, to be cut, from damage to what
 * was acknowledged, which nobody may cut. The rule: <em>s was durable if any header behind it, in
 * this segment or a later one, checks out and says {@code durable >= s}</em>. Then the log is
 * corrupt and the node must not vote with it. Otherwise no sync after s has ever returned before
 * something else was written, and s and all behind it, all of the same unsynced group or lost with
 * it, are cut: zeroed, never left to be read again behind newer frames.
 *
 * <p>That leaves the last synced group while nothing has been written after it: damage to it looks
 * as torn. {@link org.volvox.consensus.log.Wal#idle} closes the gap by a mark, an empty frame,
 * which costs no sync; opening and closing write one too. A header names its log, segment and
 * offset, so a frame in the wrong place (a misdirected write, another node's file, a copy of a log
 * that somebody stored as data) is not taken for one. A sealed segment without a successor, a gap
 * in the numbers of the files or a first entry that is not the one behind the base is corruption as
 * well.
 *
 * <h2>Damaged</h2>
 *
 * <p>{@link org.volvox.consensus.log.Salvage} reads on behind damage. One whole frame with a
 * checkpoint behind it is enough to know the hard state, the base and the log's end exactly: then
 * nothing is lost but the contents of entries, which the other members have ({@code
 * org.volvox.consensus.repair}), and what is in the state or was replaced is not missed at all. If
 * there is none, it is not known what this node had promised, and it must not take part. A log that
 * was made whole takes the damaged one's place by {@link org.volvox.consensus.log.LogSwap}.
 *
 * <h2>Sectors</h2>
 *
 * <p>No sector that holds synced bytes is ever written again: frames are padded to sectors, and
 * cutting zeroes only from the first unacknowledged frame on. So a torn write can only hurt what
 * nobody was promised, at the price of at most 511 bytes a sync.
 */
@NullMarked
package org.volvox.consensus.log;

import org.jspecify.annotations.NullMarked;
