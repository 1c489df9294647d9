package org.volvox.calls.schema;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;

/**
 * A method of a service. {@code idempotent}: to run it twice does what once does. {@code brief}: it
 * neither waits nor computes long, so the host may run it where it was received. {@code thrown} are
 * the full names of the exceptions that it declares.
 */
public record MethodDef(
    String name,
    List<ParamDef> parameters,
    TypeRef result,
    boolean idempotent,
    boolean brief,
    List<String> thrown) {
  public MethodDef {
    parameters = List.copyOf(parameters);
    thrown = List.copyOf(thrown);
  }

  /** What tells it from the other methods, such as {@code add(int,int)}. */
  public String signature() {
    return name
        + "("
        + String.join(",", parameters.stream().map(each -> each.type().text()).toList())
        + ")";
  }

  /** By which a call names it: CRC-32C of its signature. */
  public int selector() {
    return Bytes.utf8(signature()).crc32c();
  }

  /**
   * What tells it from methods of the same name in one word: the name, a dot, the selector in hex.
   */
  public String selectedName() {
    return name + "." + Integer.toHexString(selector());
  }

  /** The type of the items that the caller sends behind the arguments, if it does. */
  public Optional<TypeRef> argumentStream() {
    return parameters.isEmpty() ? Optional.empty() : streamed(parameters.getLast().type());
  }

  /** The type of the items that the host sends behind its answer, if it does. */
  public Optional<TypeRef> resultStream() {
    return streamed(result);
  }

  private static Optional<TypeRef> streamed(TypeRef type) {
    return type instanceof TypeRef.StreamOf(TypeRef item) ? Optional.of(item) : Optional.empty();
  }

  /** The parameters whose values the arguments hold: all but a stream. */
  public List<ParamDef> sent() {
    return argumentStream().isEmpty() ? parameters : parameters.subList(0, parameters.size() - 1);
  }

  /** As Java writes it, such as {@code int add(int a, int b)}. */
  public String text() {
    List<String> texts =
        parameters.stream().map(each -> each.type().text() + " " + each.name()).toList();
    StringBuilder text = new StringBuilder();
    text.append(result.text()).append(' ').append(name);
    text.append('(').append(String.join(", ", texts)).append(')');
    if (!thrown.isEmpty()) {
      List<String> names =
          thrown.stream()
              .map(each ->
                  each.substring(Math.max(each.lastIndexOf('.'), each.lastIndexOf('$')) + 1))
              .toList();
      text.append(" throws ").append(String.join(", ", names));
    }
    String marks = (idempotent ? ", idempotent" : "") + (brief ? ", brief" : "");
    return marks.isEmpty() ? text.toString() : text + " // " + marks.substring(2);
  }
}
