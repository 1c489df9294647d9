package org.volvox.rpc.marshal;

import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.MethodDef;

/**
 * Arguments, results, items and exceptions of one method. What cannot be sent fails as {@link
 * IllegalArgumentException}, what cannot be read as {@link MalformedException}; both name the
 * method and the place.
 */
public interface MethodCodec {
  Method method();

  /** As the host has it; where it has not, as the caller has it. */
  MethodDef definition();

  int selector();

  /** Why the method cannot be called at this host; then nothing else of this codec may be used. */
  Optional<String> missing();

  StreamKind argumentStream();

  StreamKind resultStream();

  /** The method returns a CompletionStage; results here are what it completes with. */
  boolean isFuture();

  /**
   * The arguments as a proxy gets them: null if there are none. A stream at their end is left out.
   */
  Bytes encodeArguments(@Nullable Object @Nullable [] arguments);

  /** The arguments as the method wants them, null where a stream goes. */
  @Nullable Object[] decodeArguments(Bytes bytes) throws MalformedException;

  /** Of a void method or one with a stream as result: no bytes. */
  Bytes encodeResult(@Nullable Object result);

  @Nullable Object decodeResult(Bytes bytes) throws MalformedException;

  Bytes encodeArgumentItem(@Nullable Object item);

  @Nullable Object decodeArgumentItem(Bytes bytes) throws MalformedException;

  Bytes encodeResultItem(@Nullable Object item);

  @Nullable Object decodeResultItem(Bytes bytes) throws MalformedException;

  /** The bytes of {@code InvokeAnswer.Threw}. */
  Bytes encodeThrown(Throwable thrown);

  /** What to throw: one of the declared exceptions, a common one, or RemoteServiceException. */
  Throwable decodeThrown(Bytes bytes) throws MalformedException;
}
