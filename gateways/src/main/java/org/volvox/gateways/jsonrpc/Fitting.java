package org.volvox.gateways.jsonrpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonWriter;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.ParamDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeDef;
import org.volvox.calls.schema.TypeRef;

/**
 * Which method of a service a request means, and with what arguments.
 *
 * <p>Go's exported name {@code Multiply} is the method of that name, else {@code multiply}. As many
 * parameters as the method has are its arguments in order. One parameter, which is all that Go
 * sends, for a method that has another number of them is the arguments as one value: an array of
 * them, or an object whose fields are the parameters by name, in any case of letters. For a method
 * of one parameter it is its value; an object where the method wants none is by name.
 *
 * @param word by which the method is called: what means it alone, or where several fit its name,
 *     and the types of the arguments decide
 */
record Fitting(MethodDef method, String word, String arguments) {
  /** The method and its arguments; IllegalArgumentException says what does not fit. */
  static Fitting of(Schema schema, Request request) {
    List<Fitting> fitting = new ArrayList<>();
    IllegalArgumentException first = null;
    for (MethodDef each : named(schema, request)) {
      try {
        String arguments = array(arguments(schema, each, request.params()));
        fitting.add(new Fitting(each, schema.wordOf(each), arguments));
      } catch (IllegalArgumentException other) {
        first = first == null ? other : first;
      }
    }
    if (fitting.isEmpty()) {
      throw first == null
          ? new IllegalArgumentException(request.service() + " has no method " + request.method())
          : first;
    }
    return fitting.size() == 1 ? fitting.getFirst() : byTypes(fitting);
  }

  private static Fitting byTypes(List<Fitting> fitting) {
    Fitting one = fitting.getFirst();
    if (fitting.stream().anyMatch(each -> !each.arguments.equals(one.arguments))) {
      throw new IllegalArgumentException(
          one.method.name()
              + " is ambiguous, the params fit "
              + String.join("; ", fitting.stream().map(each -> each.method.text()).toList()));
    }
    return new Fitting(one.method, one.method.name(), one.arguments);
  }

  private static List<MethodDef> named(Schema schema, Request request) {
    String name = request.method();
    List<MethodDef> exact = schema.named(name);
    return exact.isEmpty()
        ? schema.named(name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
        : exact;
  }

  private static List<Json> arguments(Schema schema, MethodDef method, List<Json> params) {
    if (method.argumentStream().isPresent() || method.resultStream().isPresent()) {
      throw new IllegalArgumentException(
          method.name() + " has a stream, which JSON-RPC does not carry; HTTP does");
    }
    List<ParamDef> wanted = method.sent();
    boolean isOne = params.size() == 1;
    if (isOne && params.getFirst() instanceof Json.Fields fields && !isObject(schema, wanted)) {
      return byName(method, fields);
    }
    if (params.size() == wanted.size()) {
      return params;
    }
    if (isOne && wanted.isEmpty() && params.getFirst() instanceof Json.Null) {
      return List.of();
    }
    if (isOne
        && params.getFirst() instanceof Json.Array(List<Json> items)
        && items.size() == wanted.size()) {
      return items;
    }
    throw new IllegalArgumentException(
        "the params do not fit " + method.text() + ": one object by name, or one array of them");
  }

  /** Whether the only parameter is an object itself in JSON. */
  private static boolean isObject(Schema schema, List<ParamDef> wanted) {
    return wanted.size() == 1 && isObject(schema, wanted.getFirst().type());
  }

  private static boolean isObject(Schema schema, TypeRef type) {
    return switch (type) {
      case TypeRef.OptionalOf(TypeRef item) -> isObject(schema, item);
      case TypeRef.MapOf _ -> true;
      case TypeRef.Named(String name) ->
          !(schema.find(name).orElse(null) instanceof TypeDef.EnumDef);
      default -> false;
    };
  }

  private static List<Json> byName(MethodDef method, Json.Fields fields) {
    Map<String, Json> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    given.putAll(fields.fields());
    List<Json> all = new ArrayList<>();
    for (ParamDef each : method.sent()) {
      Optional<Json> exact = Optional.ofNullable(fields.fields().get(each.name()));
      Json value = exact.orElse(given.get(each.name()));
      given.remove(each.name());
      if (value == null) {
        throw new IllegalArgumentException(method.text() + ": no field for " + each.name());
      }
      all.add(value);
    }
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          method.text() + ": no parameter for the fields " + String.join(", ", given.keySet()));
    }
    return all;
  }

  private static String array(List<Json> items) {
    JsonWriter out = new JsonWriter();
    JsonText.write(new Json.Array(items), out);
    return out.text();
  }

  boolean isVoid() {
    return method.result() == TypeRef.Simple.VOID;
  }
}
