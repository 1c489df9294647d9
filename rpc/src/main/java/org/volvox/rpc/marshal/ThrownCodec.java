package org.volvox.rpc.marshal;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.EmptyStackException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.InputMismatchException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.Thrown;
import org.volvox.calls.schema.Thrown.Frame;
import org.volvox.calls.schema.Thrown.Link;

/**
 * Exceptions of one method. At the caller one becomes again what it was if the method declares its
 * class, or the nearest declared one above it, or if it is one of a fixed list of common ones. All
 * others become a {@link RemoteServiceException}. A name that came from outside is only ever
 * compared.
 */
final class ThrownCodec {
  /** Unchecked exceptions of the JDK that have no data but their message. */
  private static final List<Class<? extends RuntimeException>> COMMON =
      List.of(
          ArithmeticException.class,
          ArrayIndexOutOfBoundsException.class,
          ArrayStoreException.class,
          CancellationException.class,
          ClassCastException.class,
          ConcurrentModificationException.class,
          DateTimeException.class,
          EmptyStackException.class,
          IllegalArgumentException.class,
          IllegalStateException.class,
          IndexOutOfBoundsException.class,
          InputMismatchException.class,
          NegativeArraySizeException.class,
          NoSuchElementException.class,
          NullPointerException.class,
          NumberFormatException.class,
          RejectedExecutionException.class,
          RuntimeException.class,
          SecurityException.class,
          StringIndexOutOfBoundsException.class,
          UnsupportedOperationException.class);

  /** Checked ones, which nobody may throw who does not declare them, but which can be causes. */
  private static final List<Class<? extends Exception>> CAUSES =
      List.of(
          EOFException.class,
          Exception.class,
          FileNotFoundException.class,
          IOException.class,
          InterruptedException.class,
          TimeoutException.class);

  private static final Map<String, Class<? extends Throwable>> COMMON_BY_NAME = named(COMMON);
  private static final Map<String, Class<? extends Throwable>> CAUSE_BY_NAME = named(CAUSES);
  private static final StackTraceElement DIVIDER =
      new StackTraceElement("=== above: at the service; below: here ===", "", null, -1);

  private final Map<String, Class<? extends Throwable>> declared = new HashMap<>();

  ThrownCodec(Method method) {
    for (Class<?> each : method.getExceptionTypes()) {
      declared.put(each.getName(), each.asSubclass(Throwable.class));
    }
  }

  private static Map<String, Class<? extends Throwable>> named(
      List<? extends Class<? extends Throwable>> classes) {
    Map<String, Class<? extends Throwable>> named = new HashMap<>();
    classes.forEach(each -> named.put(each.getName(), each));
    return named;
  }

  static Bytes encode(Throwable failure) {
    List<Link> chain = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable next = failure;
    while (next != null && seen.add(next) && chain.size() < Thrown.LINKS_MAX) {
      chain.add(link(next));
      next = cause(next);
    }
    return new Thrown(chain).encode();
  }

  private static Link link(Throwable failure) {
    if (failure instanceof RemoteServiceException remote) {
      return new Link(remote.remoteType(), List.of(), remote.remoteMessage(), frames(failure), 0);
    }
    List<String> ancestors = new ArrayList<>();
    Class<?> above = failure.getClass().getSuperclass();
    while (above != null && above != Object.class && ancestors.size() < Thrown.ANCESTORS_MAX) {
      ancestors.add(above.getName());
      above = above.getSuperclass();
    }
    int frames = failure.getStackTrace().length;
    return new Link(
        failure.getClass().getName(),
        ancestors,
        Optional.ofNullable(message(failure)),
        frames(failure),
        Math.max(0, frames - Thrown.FRAMES_MAX));
  }

  private static List<Frame> frames(Throwable failure) {
    return List.of(failure.getStackTrace()).stream()
        .limit(Thrown.FRAMES_MAX)
        .map(each ->
            new Frame(
                each.getClassName(),
                each.getMethodName(),
                each.getFileName() == null ? "" : each.getFileName(),
                Math.max(0, each.getLineNumber())))
        .toList();
  }

  // Programs' exceptions may override these, and fail.
  private static @Nullable String message(Throwable failure) {
    try {
      return failure.getMessage();
    } catch (RuntimeException e) {
      return "its message cannot be had: " + e.getClass().getName();
    }
  }

  private static @Nullable Throwable cause(Throwable failure) {
    try {
      return failure.getCause();
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** What to throw here. */
  Throwable decode(Bytes bytes) throws MalformedException {
    List<Link> chain = Thrown.decode(bytes).chain();
    Throwable cause = null;
    for (int i = chain.size() - 1; i > 0; i--) {
      Throwable made = make(chain.get(i), cause, true);
      made.setStackTrace(remote(chain.get(i)).toArray(new StackTraceElement[0]));
      cause = made;
    }
    Throwable made = make(chain.getFirst(), cause, false);
    List<StackTraceElement> stack = new ArrayList<>(remote(chain.getFirst()));
    stack.add(DIVIDER);
    stack.addAll(List.of(new Throwable().getStackTrace()));
    made.setStackTrace(stack.toArray(new StackTraceElement[0]));
    return made;
  }

  private static List<StackTraceElement> remote(Link link) {
    List<StackTraceElement> stack = new ArrayList<>();
    for (Frame each : link.stack()) {
      String file = each.file().isEmpty() ? null : each.file();
      stack.add(
          new StackTraceElement(
              each.type(), each.method(), file, each.line() > 0 ? each.line() : -1));
    }
    if (link.cutFrames() > 0) {
      stack.add(new StackTraceElement(link.cutFrames() + " more frames", "", null, -1));
    }
    return stack;
  }

  private Throwable make(Link link, @Nullable Throwable cause, boolean isCause) {
    Class<? extends Throwable> own = find(link.type(), isCause);
    String message = link.message().orElse(null);
    if (own == null) {
      for (String ancestor : link.ancestors()) {
        own = own == null ? declared.get(ancestor) : own;
      }
      message = link.text();
    }
    Throwable made = own == null ? null : construct(own, message, cause);
    return made != null
        ? made
        : new RemoteServiceException(
            link.type(), link.text(), link.stack().stream().map(Frame::text).toList(), cause);
  }

  private @Nullable Class<? extends Throwable> find(String name, boolean isCause) {
    Class<? extends Throwable> found = declared.get(name);
    if (found == null) {
      found = COMMON_BY_NAME.get(name);
    }
    return found == null && isCause ? CAUSE_BY_NAME.get(name) : found;
  }

  /** By a constructor of message and cause, of the message, or of nothing; null if none serves. */
  private static @Nullable Throwable construct(
      Class<? extends Throwable> type, @Nullable String message, @Nullable Throwable cause) {
    if (Modifier.isAbstract(type.getModifiers())) {
      return null;
    }
    Throwable made = null;
    if (cause != null) {
      made = construct(type, new Class<?>[] {String.class, Throwable.class}, message, cause);
    }
    if (made == null) {
      made = construct(type, new Class<?>[] {String.class}, message);
    }
    if (made == null) {
      made = construct(type, new Class<?>[] {String.class, Throwable.class}, message, cause);
    }
    if (made == null) {
      made = construct(type, new Class<?>[0]);
    }
    if (made != null && cause != null && made.getCause() == null) {
      try {
        made.initCause(cause);
      } catch (IllegalStateException e) {
        // Its constructor said that it has none.
        made.addSuppressed(cause);
      }
    }
    return made;
  }

  private static @Nullable Throwable construct(
      Class<? extends Throwable> type, Class<?>[] parameters, @Nullable Object... arguments) {
    try {
      Constructor<? extends Throwable> constructor = type.getDeclaredConstructor(parameters);
      if (!Modifier.isPublic(type.getModifiers())
          || !Modifier.isPublic(constructor.getModifiers())) {
        constructor.setAccessible(true);
      }
      return constructor.newInstance(arguments);
    } catch (NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException
        | RuntimeException e) {
      return null;
    }
  }
}
