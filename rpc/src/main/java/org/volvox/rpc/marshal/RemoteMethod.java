package org.volvox.rpc.marshal;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A method of an interface that can be called remotely, its types without variables. */
record RemoteMethod(Method method, List<JavaType> parameters, JavaType result) {

  /** The abstract methods of the interface and of those it extends, but for those of Object. */
  static List<RemoteMethod> of(Class<?> iface) {
    if (!iface.isInterface() || iface.isAnnotation()) {
      throw new IllegalArgumentException(
          iface.getName() + " is no interface; a service is described by one");
    }
    if (iface.getTypeParameters().length > 0) {
      throw new IllegalArgumentException(
          iface.getName()
              + " has type parameters; extend it by an interface that says what they are");
    }
    Map<TypeVariable<?>, JavaType> bindings = new HashMap<>();
    bind(iface, bindings);
    List<RemoteMethod> methods = new ArrayList<>();
    for (Method each : iface.getMethods()) {
      if (Modifier.isAbstract(each.getModifiers()) && !isOfObject(each)) {
        methods.add(
            new RemoteMethod(
                each,
                Stream.of(each.getGenericParameterTypes())
                    .map(type -> JavaType.of(type, bindings))
                    .toList(),
                JavaType.of(each.getGenericReturnType(), bindings)));
      }
    }
    methods.sort(Comparator.comparing(each -> each.method.toGenericString()));
    return methods;
  }

  private static void bind(Class<?> iface, Map<TypeVariable<?>, JavaType> bindings) {
    for (Type each : iface.getGenericInterfaces()) {
      if (each instanceof ParameterizedType applied) {
        bindings.putAll(JavaType.of(applied, bindings).bindings());
      }
    }
    for (Class<?> each : iface.getInterfaces()) {
      bind(each, bindings);
    }
  }

  private static boolean isOfObject(Method method) {
    return Stream.of(Object.class.getMethods())
        .anyMatch(each ->
            each.getName().equals(method.getName())
                && List.of(each.getParameterTypes()).equals(List.of(method.getParameterTypes())));
  }

  /** The parameters' names, {@code arg0} and so on where the compiler kept none. */
  List<String> names() {
    return Stream.of(method.getParameters()).map(Parameter::getName).toList();
  }

  /** The type of the parameter that is a stream, the last one; otherwise NONE. */
  StreamKind argumentStream() {
    return parameters.isEmpty() ? StreamKind.NONE : Kind.stream(parameters.getLast().raw());
  }

  StreamKind resultStream() {
    return Kind.stream(result.raw());
  }

  boolean isFuture() {
    return Kind.of(result.raw()) == Kind.FUTURE;
  }

  /** What the result is once it is there: of a future or a stream, its item. */
  JavaType outcome() {
    return isFuture() || resultStream() != StreamKind.NONE ? result.argument(0) : result;
  }

  boolean isVoid() {
    Class<?> raw = outcome().raw();
    return raw == void.class || raw == Void.class;
  }

  String text() {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName();
  }
}
