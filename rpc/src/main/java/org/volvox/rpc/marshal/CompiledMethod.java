package org.volvox.rpc.marshal;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.JsonOut;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.ParamDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeRef;
import org.volvox.calls.schema.ValueReader;
import org.volvox.calls.schema.ValueWriter;

/** The codec of one method, with all that is known beforehand worked out. */
final class CompiledMethod implements MethodCodec {
  private static final int BYTES_FIRST = 48;
  private static final int BYTES_GUESSED_MAX = 1 << 16;

  private final RemoteMethod own;
  private final MethodDef definition;
  private final int selector;
  private final Optional<String> missing;
  private final ThrownCodec thrown;
  private final Schema schema;

  /** One for each argument that is sent. */
  private final ValueCodec[] arguments;

  /** Null of a method without a result, and of one whose result is a stream. */
  private final @Nullable ValueCodec result;

  private final @Nullable ValueCodec argumentItem;
  private final @Nullable ValueCodec resultItem;

  /** What messages took lately, so that the next has room at once; a race costs a copy only. */
  private int argumentsGuess = BYTES_FIRST;

  private int resultGuess = BYTES_FIRST;

  private CompiledMethod(Schema schema, CodecMaker maker, RemoteMethod own, MethodDef definition) {
    this.schema = schema;
    this.own = own;
    this.definition = definition;
    this.selector = definition.selector();
    this.missing = Optional.empty();
    this.thrown = new ThrownCodec(own.method());
    List<ValueCodec> codecs = new ArrayList<>();
    List<ParamDef> sent = definition.sent();
    requireStreams();
    for (int i = 0; i < sent.size(); i++) {
      codecs.add(
          fit(
              maker,
              "parameter " + sent.get(i).name(),
              own.parameters().get(i),
              sent.get(i).type()));
    }
    arguments = codecs.toArray(new ValueCodec[0]);
    argumentItem =
        definition
            .argumentStream()
            .map(item -> fit(maker, "the stream", own.parameters().getLast().argument(0), item))
            .orElse(null);
    resultItem =
        definition
            .resultStream()
            .map(item -> fit(maker, "the stream", own.outcome(), item))
            .orElse(null);
    result = result(maker);
  }

  private CompiledMethod(RemoteMethod own, MethodDef definition, String missing) {
    this.own = own;
    this.definition = definition;
    this.selector = definition.selector();
    this.missing = Optional.of(missing);
    this.thrown = new ThrownCodec(own.method());
    this.schema = new Schema("missing", List.of(), List.of());
    this.arguments = new ValueCodec[0];
    this.result = null;
    this.argumentItem = null;
    this.resultItem = null;
  }

  static MethodCodec of(Schema schema, CodecMaker maker, RemoteMethod own, MethodDef host) {
    return new CompiledMethod(schema, maker, own, host);
  }

  static MethodCodec missing(RemoteMethod own, MethodDef definition, String why) {
    return new CompiledMethod(own, definition, why);
  }

  private void requireStreams() {
    boolean isArgument = own.argumentStream() != StreamKind.NONE;
    boolean isResult = own.resultStream() != StreamKind.NONE;
    if (isArgument != definition.argumentStream().isPresent()
        || isResult != definition.resultStream().isPresent()) {
      throw new UnfitException("a stream on one side only");
    }
  }

  private @Nullable ValueCodec result(CodecMaker maker) {
    if (own.isVoid() || resultItem != null) {
      return null;
    }
    if (definition.result() == TypeRef.Simple.VOID) {
      throw new UnfitException("the result: nothing comes from there");
    }
    return fit(maker, "the result", own.outcome(), definition.result());
  }

  private static ValueCodec fit(CodecMaker maker, String what, JavaType own, TypeRef host) {
    try {
      return maker.fit(own, host);
    } catch (UnfitException e) {
      throw new UnfitException(what + ": " + e.getMessage());
    }
  }

  @Override
  public Method method() {
    return own.method();
  }

  @Override
  public MethodDef definition() {
    return definition;
  }

  @Override
  public int selector() {
    return selector;
  }

  @Override
  public Optional<String> missing() {
    return missing;
  }

  @Override
  public StreamKind argumentStream() {
    return own.argumentStream();
  }

  @Override
  public StreamKind resultStream() {
    return own.resultStream();
  }

  @Override
  public boolean isFuture() {
    return own.isFuture();
  }

  @Override
  public Bytes encodeArguments(@Nullable Object @Nullable [] values) {
    requirePresent();
    if (arguments.length == 0) {
      return Bytes.EMPTY;
    }
    @Nullable Object[] given = Objects.requireNonNull(values, "arguments");
    Invariant.check(
        given.length == own.parameters().size(),
        "a proxy that gives other arguments than the method has");
    ValueWriter out = new ValueWriter(argumentsGuess);
    int at = 0;
    try {
      for (; at < arguments.length; at++) {
        arguments[at].write(out, given[at]);
      }
    } catch (RuntimeException | StackOverflowError e) {
      throw unsendable("parameter " + definition.parameters().get(at).name(), e);
    }
    argumentsGuess = guess(argumentsGuess, out.length());
    return out.toBytes();
  }

  @Override
  public @Nullable Object[] decodeArguments(Bytes bytes) throws MalformedException {
    requirePresent();
    @Nullable Object[] values = new Object[own.parameters().size()];
    ValueReader in = new ValueReader(bytes);
    int at = 0;
    try {
      for (; at < arguments.length; at++) {
        values[at] = arguments[at].read(in);
      }
      in.end();
      return values;
    } catch (MalformedException | RuntimeException | StackOverflowError e) {
      String what =
          at < arguments.length ? "parameter " + definition.parameters().get(at).name() : "the end";
      throw unreadable(new JsonOut(schema).brokenArguments(definition, bytes), what, e);
    }
  }

  @Override
  public Bytes encodeResult(@Nullable Object value) {
    requirePresent();
    if (result == null) {
      return Bytes.EMPTY;
    }
    ValueWriter out = new ValueWriter(resultGuess);
    try {
      result.write(out, value);
    } catch (RuntimeException | StackOverflowError e) {
      throw unsendable("the result", e);
    }
    resultGuess = guess(resultGuess, out.length());
    return out.toBytes();
  }

  @Override
  public @Nullable Object decodeResult(Bytes bytes) throws MalformedException {
    requirePresent();
    if (result == null) {
      // What a host returns and this program's method does not want is not looked at.
      return null;
    }
    try {
      return read(result, bytes);
    } catch (MalformedException | RuntimeException | StackOverflowError e) {
      throw unreadable(new JsonOut(schema).brokenResult(definition, bytes), "the result", e);
    }
  }

  private static @Nullable Object read(ValueCodec codec, Bytes bytes) throws MalformedException {
    ValueReader in = new ValueReader(bytes);
    Object value = codec.read(in);
    in.end();
    return value;
  }

  @Override
  public Bytes encodeArgumentItem(@Nullable Object item) {
    return encodeItem(argumentItem, item);
  }

  @Override
  public @Nullable Object decodeArgumentItem(Bytes bytes) throws MalformedException {
    return decodeItem(argumentItem, bytes);
  }

  @Override
  public Bytes encodeResultItem(@Nullable Object item) {
    return encodeItem(resultItem, item);
  }

  @Override
  public @Nullable Object decodeResultItem(Bytes bytes) throws MalformedException {
    return decodeItem(resultItem, bytes);
  }

  private Bytes encodeItem(@Nullable ValueCodec stream, @Nullable Object item) {
    requirePresent();
    ValueCodec codec = Objects.requireNonNull(stream, "an item of no stream");
    ValueWriter out = new ValueWriter(BYTES_FIRST);
    try {
      codec.write(out, item);
    } catch (RuntimeException | StackOverflowError e) {
      throw unsendable("an item of the stream", e);
    }
    return out.toBytes();
  }

  private @Nullable Object decodeItem(@Nullable ValueCodec stream, Bytes bytes)
      throws MalformedException {
    requirePresent();
    ValueCodec codec = Objects.requireNonNull(stream, "an item of no stream");
    try {
      return read(codec, bytes);
    } catch (MalformedException | RuntimeException | StackOverflowError e) {
      throw unreadable(Optional.empty(), "an item of the stream", e);
    }
  }

  @Override
  public Bytes encodeThrown(Throwable failure) {
    return ThrownCodec.encode(failure);
  }

  @Override
  public Throwable decodeThrown(Bytes bytes) throws MalformedException {
    return thrown.decode(bytes);
  }

  private void requirePresent() {
    Invariant.check(missing.isEmpty(), "a method is used that the host does not have");
  }

  private static int guess(int guess, int length) {
    return length <= guess && length > guess / 2
        ? guess
        : Math.clamp(length + 8L, BYTES_FIRST, BYTES_GUESSED_MAX);
  }

  private IllegalArgumentException unsendable(String what, Throwable cause) {
    return new IllegalArgumentException(
        definition.name() + ": " + what + " cannot be sent: " + reason(cause), cause);
  }

  private MalformedException unreadable(Optional<String> place, String what, Throwable cause) {
    MalformedException failure =
        new MalformedException(
            place.orElse(definition.name() + ": " + what + ": " + reason(cause)));
    failure.initCause(cause);
    return failure;
  }

  private static String reason(Throwable cause) {
    if (cause instanceof StackOverflowError) {
      return "nested too deep";
    }
    boolean isOurs =
        cause instanceof IllegalArgumentException || cause instanceof MalformedException;
    return isOurs ? String.valueOf(cause.getMessage()) : cause.toString();
  }
}
