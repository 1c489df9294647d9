package org.volvox.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Catches Unix signals such as Ctrl-C, each time they come. The JDK's only way is sun.misc.Signal,
 * which a compiler warns of; it is reached by name, and where it is missing signals do what they
 * always do.
 */
public final class Interrupts {
  private Interrupts() {}

  /** Calls {@code handler} from a thread of the JVM's for each such signal (INT, TERM, ...). */
  public static boolean on(String signal, Runnable handler) {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handlerType.getClassLoader(),
              new Class<?>[] {handlerType},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      handler.run();
                      yield null;
                    }
                    case "equals" ->
                        arguments != null
                            && System.identityHashCode(self)
                                == System.identityHashCode(arguments[0]);
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "handler of SIG" + signal;
                  });
      Object instance = type.getConstructor(String.class).newInstance(signal);
      type.getMethod("handle", type, handlerType).invoke(null, instance, proxy);
      return true;
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      return false;
    }
  }
}
