package org.volvox.rpc.marshal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.ParamDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeRef;

/** Describes an interface of a program as the interface of a service. */
public final class SchemaMaker {
  private final Class<?> iface;
  private final Marks marks;
  private final List<RemoteMethod> methods;
  private final TypeMap types = new TypeMap();

  private SchemaMaker(Class<?> iface, Marks marks) {
    this.iface = iface;
    this.marks = marks;
    this.methods = RemoteMethod.of(iface);
  }

  /** As the other, of methods that say nothing of themselves. */
  public static Schema of(Class<?> iface) {
    return of(iface, Marks.NONE);
  }

  /**
   * The schema of the interface: its abstract methods and those that it inherits. Methods with the
   * same name and types are one.
   *
   * @throws IllegalArgumentException if it cannot be one of a service; says which method, which
   *     type and what to do
   */
  public static Schema of(Class<?> iface, Marks marks) {
    return described(iface, marks).schema();
  }

  /** The schema and which method of the class is which method of the schema. */
  record Described(Schema schema, Map<RemoteMethod, MethodDef> methods, TypeMap types) {}

  static Described described(Class<?> iface, Marks marks) {
    return new SchemaMaker(iface, marks).make();
  }

  private Described make() {
    methods.forEach(this::see);
    types.name();
    TreeMap<String, MethodDef> bySignature = new TreeMap<>();
    Map<RemoteMethod, MethodDef> definitions = new LinkedHashMap<>();
    for (RemoteMethod each : methods) {
      MethodDef definition = define(each);
      definitions.put(each, definition);
      bySignature.putIfAbsent(definition.signature(), definition);
    }
    Schema schema =
        new Schema(iface.getName(), List.copyOf(bySignature.values()), types.definitions());
    return new Described(schema, definitions, types);
  }

  private void see(RemoteMethod method) {
    int values = method.parameters().size() - (method.argumentStream() == StreamKind.NONE ? 0 : 1);
    for (int i = 0; i < values; i++) {
      types.see(method.parameters().get(i), method.text());
    }
    if (method.argumentStream() != StreamKind.NONE) {
      types.see(method.parameters().getLast().argument(0), method.text());
    }
    if (!method.isVoid()) {
      types.see(method.outcome(), method.text());
    } else if (method.resultStream() != StreamKind.NONE) {
      throw new IllegalArgumentException(method.text() + ": a stream of nothing cannot cross");
    }
  }

  private MethodDef define(RemoteMethod method) {
    List<ParamDef> parameters = new ArrayList<>();
    for (int i = 0; i < method.parameters().size(); i++) {
      parameters.add(new ParamDef(method.names().get(i), refer(method.parameters().get(i))));
    }
    TypeRef result =
        method.isVoid()
            ? TypeRef.Simple.VOID
            : refer(method.isFuture() ? method.outcome() : method.result());
    return new MethodDef(
        method.method().getName(),
        parameters,
        result,
        marks.idempotent().test(method.method()),
        marks.brief().test(method.method()),
        Stream.of(method.method().getExceptionTypes())
            .filter(each -> each != java.rmi.RemoteException.class)
            .map(Class::getName)
            .sorted()
            .toList());
  }

  private TypeRef refer(JavaType type) {
    return Kind.stream(type.raw()) == StreamKind.NONE
        ? types.refer(type)
        : new TypeRef.StreamOf(types.refer(type.argument(0)));
  }
}
