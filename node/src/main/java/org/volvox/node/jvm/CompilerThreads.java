package org.volvox.node.jvm;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The JVM's optimizing compiler gives way to the node's work: on a machine whose processors are all
 * busy it would take its full share of them for as long as a node is young, which is when nodes are
 * stopped and started one after the other and clients wait for the next leader.
 */
public final class CompilerThreads {
  /** About a tenth of a full thread's share (sched(7), "The nice value"); all of an idle one. */
  static final int NICE = 10;

  private static final Path THREADS = Path.of("/proc/self/task");
  private static final String OPTIMIZING = "C2 Compiler";
  private static final int PRIO_PROCESS = 0;

  private CompilerThreads() {}

  /**
   * Lowers the priority of those that run now; those that they start inherit it.
   *
   * @return how many
   * @throws IOException if the system does not show its threads or refuses
   */
  public static int giveWay() throws IOException {
    return giveWay(OPTIMIZING);
  }

  /**
   * @param compiler how the names of its threads begin
   */
  static int giveWay(String compiler) throws IOException {
    List<Integer> threads = threads(compiler);
    MethodHandle call = setpriority();
    for (int thread : threads) {
      if (set(call, thread) != 0) {
        throw new IOException("setpriority(2) refused for thread " + thread);
      }
    }
    return threads.size();
  }

  /** The system's ids of the compiler's threads. */
  static List<Integer> threads(String compiler) throws IOException {
    List<Integer> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(THREADS)) {
      for (Path thread : all.toList()) {
        if (name(thread).startsWith(compiler)) {
          found.add(Integer.parseInt(thread.getFileName().toString()));
        }
      }
    }
    return found;
  }

  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm"));
    } catch (IOException ended) {
      return "";
    }
  }

  private static int set(MethodHandle call, int thread) {
    try {
      return (int) call.invokeExact(PRIO_PROCESS, thread, NICE);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot call setpriority(2)", e);
    }
  }

  /** On Linux the id of a thread names that thread alone (setpriority(2), "C library/kernel"). */
  private static MethodHandle setpriority() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("setpriority"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT));
  }
}
