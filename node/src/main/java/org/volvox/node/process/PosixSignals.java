package org.volvox.node.process;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * kill(2), the platform's way to reach a whole process group, and signal(2): Java has no call for
 * either.
 */
final class PosixSignals {
  static final int HUP = 1;
  static final int INT = 2;
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

  /**
   * From here on this process catches, and does nothing about, the signals to end that it was
   * started to ignore: by nohup(1) or in the background of a shell. It outlives them as before, but
   * what it starts does not: exec(2) keeps what is ignored and resets what is caught (signal(7),
   * "Signal dispositions").
   *
   * @throws IOException if the system does not show what is ignored
   */
  static void catchIgnored() throws IOException {
    long ignored = ignored(Path.of("/proc/self/status"));
    Linker linker = Linker.nativeLinker();
    MethodHandle signal =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("signal"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    // abs(3) takes an int, as a handler does, and has no effect.
    MemorySegment nothing = linker.defaultLookup().findOrThrow("abs");
    for (int number : List.of(HUP, INT, TERM)) {
      if ((ignored >> (number - 1) & 1) == 1) {
        set(signal, number, nothing);
      }
    }
  }

  /** The set of the signals that a process ignores, bit 0 for signal 1 (proc_pid_status(5)). */
  static long ignored(Path status) throws IOException {
    String field = "SigIgn:";
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(field)) {
        return Long.parseUnsignedLong(line.substring(field.length()).strip(), 16);
      }
    }
    throw new IOException(status + " has no " + field);
  }

  private static void set(MethodHandle signal, int number, MemorySegment handler) {
    try {
      var _ = (MemorySegment) signal.invokeExact(number, handler);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call signal(2)", e);
    }
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
