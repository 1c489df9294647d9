package org.volvox.node.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompilerThreadsTest {
  /** The fields of proc_pid_stat(5) after the name, which may have spaces; nice is the 19th. */
  private static int nice(int thread) throws IOException {
    String stat = Files.readString(Path.of("/proc/self/task/" + thread + "/stat"));
    String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Integer.parseInt(behindName[19 - 3]);
  }

  @Test
  void theCompilerGivesWayAndNobodyElse() throws IOException {
    // This JVM may run without its optimizing compiler; never without the other.
    String compiler = "C1 Compiler";
    List<Integer> compilers = CompilerThreads.threads(compiler);
    assertThat(compilers).isNotEmpty();
    int before = nice((int) ProcessHandle.current().pid());
    assertThat(CompilerThreads.giveWay(compiler)).isGreaterThanOrEqualTo(1);
    for (int thread : compilers) {
      assertThat(nice(thread)).isEqualTo(CompilerThreads.NICE);
    }
    assertThat(nice((int) ProcessHandle.current().pid())).isEqualTo(before);
  }
}
