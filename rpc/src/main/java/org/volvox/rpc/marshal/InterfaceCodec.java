package org.volvox.rpc.marshal;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.Schema;

/**
 * The codecs of an interface's methods, made once and used by any thread. A host's has the methods
 * of its own schema; a caller's has those of its own interface, in the layout of the host's schema.
 */
public final class InterfaceCodec {
  private static final int NAMES_SHOWN = 8;

  private final Schema schema;
  private final Map<Method, MethodCodec> byMethod = new HashMap<>();
  private final Map<Integer, MethodCodec> bySelector = new LinkedHashMap<>();

  private InterfaceCodec(Schema schema) {
    this.schema = schema;
  }

  /** As the other, of methods that say nothing of themselves. */
  public static InterfaceCodec host(Class<?> iface) {
    return host(iface, Marks.NONE);
  }

  /**
   * The host's side.
   *
   * @throws IllegalArgumentException as {@link SchemaMaker}
   */
  public static InterfaceCodec host(Class<?> iface, Marks marks) {
    SchemaMaker.Described own = SchemaMaker.described(iface, marks);
    return new InterfaceCodec(own.schema()).with(own);
  }

  /**
   * The caller's side. A method that the host has not, or has with types that do not fit, has a
   * codec too, which says so: {@link MethodCodec#missing}.
   *
   * @throws IllegalArgumentException as {@link SchemaMaker}, of the caller's own interface
   */
  public static InterfaceCodec caller(Class<?> iface, Schema host) {
    return new InterfaceCodec(host).with(SchemaMaker.described(iface, Marks.NONE));
  }

  private InterfaceCodec with(SchemaMaker.Described own) {
    CodecMaker maker = new CodecMaker(schema, own.types());
    own.methods()
        .forEach((method, definition) -> {
          MethodCodec codec = codec(maker, method, definition);
          byMethod.put(method.method(), codec);
          if (codec.missing().isEmpty()) {
            bySelector.putIfAbsent(codec.selector(), codec);
          }
        });
    return this;
  }

  private MethodCodec codec(CodecMaker maker, RemoteMethod method, MethodDef own) {
    List<String> reasons = new ArrayList<>();
    for (MethodDef host : candidates(own)) {
      try {
        return CompiledMethod.of(schema, maker, method, host);
      } catch (UnfitException e) {
        reasons.add(host.text() + ": " + e.getMessage());
      }
    }
    return CompiledMethod.missing(method, own, why(own, reasons));
  }

  /** The same method first; then those whose types may be wider or differ in name. */
  private List<MethodDef> candidates(MethodDef own) {
    List<MethodDef> candidates = new ArrayList<>(schema.named(own.name()));
    candidates.removeIf(each -> each.parameters().size() != own.parameters().size());
    Optional<MethodDef> same =
        candidates.stream().filter(each -> each.signature().equals(own.signature())).findFirst();
    return same.map(List::of).orElse(candidates);
  }

  private String why(MethodDef own, List<String> reasons) {
    String what = schema.type() + " at the host has no method " + own.text();
    if (!reasons.isEmpty()) {
      return what + " that fits; " + String.join("; ", reasons);
    }
    List<MethodDef> near = schema.named(own.name());
    List<MethodDef> shown = near.isEmpty() ? schema.methods() : near;
    List<String> names = shown.stream().limit(NAMES_SHOWN).map(MethodDef::text).toList();
    String more =
        shown.size() > NAMES_SHOWN ? " and " + (shown.size() - NAMES_SHOWN) + " more" : "";
    return what + "; it has " + (names.isEmpty() ? "none" : String.join(", ", names)) + more;
  }

  /** The schema in whose layout values travel: the host's. */
  public Schema schema() {
    return schema;
  }

  /** The codecs of all methods. */
  public Collection<MethodCodec> methods() {
    return List.copyOf(byMethod.values());
  }

  /** Null for a method that is none of the service: a default one, or one of Object. */
  public @Nullable MethodCodec of(Method method) {
    return byMethod.get(method);
  }

  /** The method of a selector. */
  public Optional<MethodCodec> of(int selector) {
    return Optional.ofNullable(bySelector.get(selector));
  }
}
