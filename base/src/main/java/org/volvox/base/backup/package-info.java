/**
 * A backup of a whole cluster as a stream of records, pure: its state as a snapshot, then each
 * block that the state refers to. {@link org.volvox.base.backup.BackupCheck} says what does not
 * belong together.
 *
 * <h2>Format, version 1</h2>
 *
 * <p>The file begins with the eight bytes "VXBACKUP"; then come records. All numbers are
 * big-endian.
 *
 * <pre>
 * record     u32 bytes of kind and body, u8 kind, body, u32 CRC-32C of kind and body
 * 1 head     u8 version (1), u64 cluster id, u64 wall time in ms, text of whom it was made by
 * 2 part     a snapshot's part, as {@link org.volvox.base.snapshot} has it
 * 3 block    16 bytes block id, u32 CRC-32C of its bytes, its bytes
 * 4 end      u64 pairs, u64 blocks, u64 bytes of blocks, u32 CRC-32C of all records' checksums
 * </pre>
 *
 * <p>One head, the parts of one snapshot in their order, the blocks in order of their ids, one end
 * and nothing behind it. A file without its end is no backup.
 */
@NullMarked
package org.volvox.base.backup;

import org.jspecify.annotations.NullMarked;
