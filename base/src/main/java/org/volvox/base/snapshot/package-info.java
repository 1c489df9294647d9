/**
 * A snapshot of one group's state as a stream of parts in the order of its keys, pure: what passes
 * between nodes and lies in a backup. {@link org.volvox.base.snapshot.SnapshotScan} makes the parts
 * of a store's view, {@link org.volvox.base.snapshot.SnapshotCheck} takes them in again.
 *
 * <h2>Format, version 1</h2>
 *
 * <p>A header, chunks, an end. All numbers are big-endian; each part has its own checksum, so that
 * a broken one is asked for again and nothing else is.
 *
 * <pre>
 * part      u8 version (1), u8 kind, body, u32 CRC-32C of all before
 * 1 header  u64 cluster id, u16 group, u64 index, u64 term, u32 length, membership
 * 2 chunk   u32 count, then each: u32 length, key, u32 length, value
 * 3 end     u64 pairs, u64 bytes of their keys and values
 * </pre>
 *
 * <p>Index and term are those of the last entry that the state has applied; the membership is what
 * was in force there, in consensus' own form. Keys ascend over the whole stream and begin with the
 * group's byte. A chunk has at least one pair and at most 256 KiB of them, unless it is a single
 * one that is larger. So two members that have applied the same index send the same bytes.
 */
@NullMarked
package org.volvox.base.snapshot;

import org.jspecify.annotations.NullMarked;
