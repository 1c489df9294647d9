package org.volvox.rpc.marshal;

/** As what a method takes or gives a stream of items. */
public enum StreamKind {
  /** It does not. */
  NONE,
  /** {@link java.util.Iterator}. */
  ITERATOR,
  /** {@link java.util.stream.Stream}. */
  STREAM,
  /** {@link java.util.concurrent.Flow.Publisher}. */
  PUBLISHER
}
