package org.volvox.verify.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Builds of the nodes that break one rule, made from the sound one by taking calls out of its
 * classes: chaos that does not notice them is worth nothing.
 */
final class BrokenBuild {
  /** Takes the calls of a method out of some classes. */
  private record Cut(List<String> classes, String owner, String method) {}

  private static final Map<String, Cut> BUILDS = builds();

  private BrokenBuild() {}

  private static Map<String, Cut> builds() {
    Map<String, Cut> builds = new TreeMap<>();
    // Acknowledges before the sync: nothing is synced at all.
    builds.put(
        "no-sync",
        new Cut(
            List.of("org/volvox/storage/FileDisk", "org/volvox/storage/BlockSegment"),
            "java/nio/channels/FileChannel",
            "force"));
    return builds;
  }

  /** Makes the build's classes in the folder, to be found before the sound ones. */
  static Path make(String name, Path folder) throws IOException {
    Cut cut = BUILDS.get(name);
    if (cut == null) {
      throw new IllegalArgumentException(
          "no broken build " + name + "; there are " + BUILDS.keySet());
    }
    for (String each : cut.classes()) {
      Path file = folder.resolve(each + ".class");
      Files.createDirectories(file.getParent());
      Files.write(file, without(each, cut));
    }
    return folder;
  }

  private static byte[] without(String each, Cut cut) throws IOException {
    int[] taken = {0};
    CodeTransform calls =
        (code, element) -> {
          boolean isCut =
              element instanceof InvokeInstruction call
                  && call.opcode() == Opcode.INVOKEVIRTUAL
                  && call.owner().asInternalName().equals(cut.owner())
                  && call.name().stringValue().equals(cut.method());
          if (isCut) {
            taken[0]++;
            code.pop2(); // The channel and the flag.
          } else {
            code.with(element);
          }
        };
    ClassFile files = ClassFile.of();
    try (InputStream sound =
        BrokenBuild.class.getClassLoader().getResourceAsStream(each + ".class")) {
      if (sound == null) throw new IOException("no class " + each);
      byte[] broken =
          files.transformClass(
              files.parse(sound.readAllBytes()), ClassTransform.transformingMethodBodies(calls));
      if (taken[0] == 0) throw new IOException(each + " does not call " + cut.method());
      return broken;
    }
  }
}
