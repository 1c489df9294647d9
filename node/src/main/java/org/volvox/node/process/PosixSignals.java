package org.volvox.node.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** kill(2): the platform's way to reach a whole process group, which Java has no call for. */
final class PosixSignals {
  static final int HUP = 1;
  static final int TERM = 15;
  static final int KILL = 9;

  private static final MethodHandle KILL_CALL = killCall();

  private PosixSignals() {}

  /** Sends a signal to every process of a group; returns whether there was one. */
  static boolean signalGroup(long group, int number) {
    return call(-(int) group, number);
  }

  static boolean signal(long osPid, int number) {
    return call((int) osPid, number);
  }

  private static boolean call(int target, int number) {
    try {
      return (int) KILL_CALL.invokeExact(target, number) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call kill(2)", e);
    }
  }

  private static MethodHandle killCall() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("kill"),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }
}
