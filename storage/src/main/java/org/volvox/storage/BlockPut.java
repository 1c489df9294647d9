package org.volvox.storage;

/** What became of a block that was put. */
public sealed interface BlockPut {
  /** It is durable here, now or already before. */
  record Stored() implements BlockPut {}

  /** There is no room for it; what was stored before is untouched. */
  record Full(String why) implements BlockPut {}

  /** What came is not what was announced, or another block has this id. */
  record Refused(String why) implements BlockPut {}

  /** The disk failed or the caller was interrupted; the block is not here. */
  record Failed(String why) implements BlockPut {}
}
