package org.volvox.verify.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The modules and the arrows between them, as ARCHITECTURE.md draws them. */
final class Modules {
  /** A module and those whose types it may name. */
  static final Map<String, List<String>> ARROWS = new TreeMap<>();

  /** Modules that decide and never act; they also run in the simulator and in a browser. */
  static final List<String> PURE =
      List.of("base", "calls", "consensus", "crdt", "kernel", "fs", "sim", "worlds", "lab");

  static {
    ARROWS.put("base", List.of());
    ARROWS.put("calls", List.of("base"));
    ARROWS.put("consensus", List.of("base"));
    ARROWS.put("crdt", List.of("base"));
    ARROWS.put("kernel", List.of("base"));
    ARROWS.put("fs", List.of("base"));
    ARROWS.put("sim", List.of("base"));
    ARROWS.put("worlds", List.of("base", "calls", "consensus", "crdt", "kernel", "fs", "sim"));
    ARROWS.put("lab", List.of("base", "sim", "worlds"));
    ARROWS.put("storage", List.of("base"));
    ARROWS.put("rpc", List.of("base", "calls"));
    ARROWS.put(
        "node", List.of("base", "calls", "consensus", "crdt", "kernel", "fs", "storage", "rpc"));
    ARROWS.put("ratis", List.of("base", "calls", "consensus", "storage", "rpc", "node"));
    ARROWS.put("client", List.of("base", "calls", "rpc"));
    ARROWS.put("console", List.of("base"));
    ARROWS.put("gateways", List.of("base", "calls", "rpc", "client"));
    ARROWS.put("cli", List.of("base", "calls", "rpc", "client", "node", "console", "gateways"));
    ARROWS.put("verify", List.copyOf(ARROWS.keySet()));
  }

  private Modules() {}

  /** The folder of the whole project. */
  static Path root() {
    return Path.of(System.getProperty("volvox.root", ".."));
  }

  /** The module that a class belongs to by its package, or empty for a class of others. */
  static String of(String className) {
    if (!className.startsWith("org.volvox.")) return "";
    String rest = className.substring("org.volvox.".length());
    int dot = rest.indexOf('.');
    return dot < 0 ? "" : rest.substring(0, dot);
  }

  /** All sources under one folder of every module, such as src/main/java. */
  static List<Path> sources(String folder) {
    return ARROWS.keySet().stream().flatMap(module -> sourcesOf(module, folder)).toList();
  }

  private static Stream<Path> sourcesOf(String module, String folder) {
    Path from = root().resolve(module).resolve(folder);
    if (!Files.isDirectory(from)) return Stream.of();
    try (Stream<Path> files = Files.walk(from)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
