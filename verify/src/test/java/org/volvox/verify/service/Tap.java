package org.volvox.verify.service;

import java.util.Iterator;

/** Gives and takes as much as is wanted. */
public interface Tap {
  /** So many bytes in blocks. */
  Iterator<byte[]> pour(long bytes);

  /** How many bytes came. */
  long fill(Iterator<byte[]> blocks);
}
