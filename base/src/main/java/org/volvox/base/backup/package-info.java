/**
 * A backup of a whole cluster as a stream of records, pure: its state as a snapshot, then the data
 * that merges, then each block that the state refers to. {@link org.volvox.base.backup.BackupCheck}
 * says what does not belong together.
 *
 * <h2>Format, version 2</h2>
 *
 * <p>The file begins with the eight bytes "VXBACKUP"; then come records. All numbers are
 * big-endian.
 *
 * <pre>
 * record     u32 bytes of kind and body, u8 kind, body, u32 CRC-32C of kind and body
 * 1 head     u8 version (2), u64 cluster id, u64 wall time in ms, text of whom it was made by
 * 2 part     a snapshot's part, as {@link org.volvox.base.snapshot} has it
 * 3 block    16 bytes block id, u32 CRC-32C of its bytes, its bytes
 * 4 end      u64 pairs, u64 blocks, u64 bytes of blocks, u32 CRC-32C of all records' checksums
 * 5 data     a part of the data that merges, as below
 * </pre>
 *
 * <p>One head, the parts of one snapshot in their order, those of the data in theirs, the blocks in
 * order of their ids, one end and nothing behind it. A file without its end is no backup. Version 1
 * is the same without data; it is read and no longer written.
 *
 * <h2>Data that merges, version 1</h2>
 *
 * <p>One node's as of one moment ({@link org.volvox.base.backup.DataPart}), as it also passes from
 * the node to whoever makes the backup: a moment, chunks of atoms, an end.
 *
 * <pre>
 * part       u8 version (1), u8 kind, body, u32 CRC-32C of all before
 * 1 moment   u32 length, the moment
 * 2 atoms    u32 count, then each: u32 length, key, u32 length, atom
 * 3 end      u64 atoms, u64 bytes of them and their keys
 * </pre>
 *
 * <p>Moments and atoms are as {@code crdt.ReplicaCopy} has them. Keys ascend over the whole stream.
 * A chunk has at most 256 KiB of them, unless it is a single one that is larger.
 */
@NullMarked
package org.volvox.base.backup;

import org.jspecify.annotations.NullMarked;
