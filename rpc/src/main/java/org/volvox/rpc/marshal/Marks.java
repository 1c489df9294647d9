package org.volvox.rpc.marshal;

import java.lang.reflect.Method;
import java.util.function.Predicate;

/**
 * How a method says of itself that it is idempotent or brief; by annotations of a library above.
 */
public record Marks(Predicate<Method> idempotent, Predicate<Method> brief) {
  /** No method says anything. */
  public static final Marks NONE = new Marks(_ -> false, _ -> false);
}
