package org.volvox.node.jvm;

import java.util.List;

/** The options that every node's virtual machine is started with, whoever starts it. */
public final class NodeJvm {
  private static final List<String> OPTIONS =
      List.of(
          "-Xms64m",
          "-Xmx256m",
          "-XX:MaxDirectMemorySize=64m",
          // Classes that come with leadership would exceed the default of 21 MB, and a full
          // collection would hold up the clients just then.
          "-XX:MetaspaceSize=96m",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private NodeJvm() {}

  /** Memory as the budget of a node assumes it, and what keeps the machine quiet. */
  public static List<String> options() {
    return OPTIONS;
  }
}
