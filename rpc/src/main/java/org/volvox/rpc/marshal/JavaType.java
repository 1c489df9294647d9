package org.volvox.rpc.marshal;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A class with its type arguments, all of them known; an array has its component as the only one.
 */
record JavaType(Class<?> raw, List<JavaType> arguments) {
  JavaType {
    arguments = List.copyOf(arguments);
  }

  /** The type with what its variables stand for; a variable unknown there is its bound. */
  static JavaType of(Type type, Map<TypeVariable<?>, JavaType> bindings) {
    return switch (type) {
      case Class<?> raw when raw.isArray() ->
          new JavaType(raw, List.of(of(raw.getComponentType(), bindings)));
      case Class<?> raw ->
          new JavaType(
              raw, Stream.of(raw.getTypeParameters()).map(_ -> plain(Object.class)).toList());
      case ParameterizedType applied ->
          new JavaType(
              (Class<?>) applied.getRawType(),
              Stream.of(applied.getActualTypeArguments()).map(each -> of(each, bindings)).toList());
      case GenericArrayType array -> {
        JavaType component = of(array.getGenericComponentType(), bindings);
        yield new JavaType(component.raw.arrayType(), List.of(component));
      }
      case WildcardType wildcard -> of(wildcard.getUpperBounds()[0], bindings);
      case TypeVariable<?> variable -> {
        JavaType bound = bindings.get(variable);
        yield bound != null ? bound : plain(erased(variable));
      }
      default -> plain(Object.class);
    };
  }

  static JavaType plain(Class<?> raw) {
    return new JavaType(raw, List.of());
  }

  private static Class<?> erased(TypeVariable<?> variable) {
    return switch (variable.getBounds()[0]) {
      case Class<?> raw -> raw;
      case ParameterizedType applied -> (Class<?>) applied.getRawType();
      default -> Object.class;
    };
  }

  JavaType argument(int index) {
    return arguments.get(index);
  }

  /** What the variables of this type's class stand for. */
  Map<TypeVariable<?>, JavaType> bindings() {
    Map<TypeVariable<?>, JavaType> bindings = new HashMap<>();
    TypeVariable<?>[] variables = raw.isArray() ? new TypeVariable<?>[0] : raw.getTypeParameters();
    for (int i = 0; i < variables.length; i++) {
      bindings.put(variables[i], arguments.get(i));
    }
    return bindings;
  }

  /** A subclass of this one, its variables bound by what it hands to this one. */
  JavaType subtype(Class<?> subclass) {
    Map<TypeVariable<?>, JavaType> bindings = new HashMap<>();
    List<Type> above = new ArrayList<>(List.of(subclass.getGenericInterfaces()));
    if (subclass.getGenericSuperclass() != null) {
      above.add(subclass.getGenericSuperclass());
    }
    for (Type each : above) {
      if (each instanceof ParameterizedType applied && applied.getRawType() == raw) {
        Type[] handed = applied.getActualTypeArguments();
        for (int i = 0; i < handed.length; i++) {
          if (handed[i] instanceof TypeVariable<?> variable) {
            bindings.put(variable, arguments.get(i));
          }
        }
      }
    }
    return new JavaType(
        subclass, Stream.of(subclass.getTypeParameters()).map(each -> of(each, bindings)).toList());
  }

  /** How deep type arguments are nested. */
  int depth() {
    return 1 + arguments.stream().mapToInt(JavaType::depth).max().orElse(0);
  }

  /** As Java writes it, with whole names. */
  String text() {
    if (raw.isArray()) {
      return arguments.getFirst().text() + "[]";
    }
    String name = raw.getCanonicalName() == null ? raw.getName() : raw.getCanonicalName();
    return arguments.isEmpty()
        ? name
        : name + "<" + String.join(", ", arguments.stream().map(JavaType::text).toList()) + ">";
  }
}
