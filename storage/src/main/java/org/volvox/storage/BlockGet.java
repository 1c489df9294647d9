package org.volvox.storage;

import org.volvox.base.Bytes;

/** What was found of a block. */
public sealed interface BlockGet {
  /** Its bytes, checked. */
  record Found(Bytes bytes, int crc32c) implements BlockGet {}

  record Missing() implements BlockGet {}

  /** It was here, but what is on the disk is not it any more; another node's copy must serve. */
  record Corrupt(String why) implements BlockGet {}

  /** Reading was interrupted; it says nothing of the block. */
  record Failed(String why) implements BlockGet {}
}
