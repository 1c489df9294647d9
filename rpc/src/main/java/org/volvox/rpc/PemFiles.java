package org.volvox.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** Writes keys and certificates that only their owner may read. */
final class PemFiles {
  private static final int LINE_CHARS = 64;

  private PemFiles() {}

  /** Makes the folder for its owner alone, if it is missing. */
  static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** Writes one PEM object; an older file is replaced whole. */
  static void write(Path file, String type, byte[] encoded) throws IOException {
    String base64 = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(encoded);
    String text = "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
  }
}
