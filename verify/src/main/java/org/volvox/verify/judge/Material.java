package org.volvox.verify.judge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.volvox.verify.soak.DigestStream;

/** Makes what is stored, from a seed, and tells what came back from it. */
final class Material {
  private static final int PIECE_BYTES = 1 << 20;
  private static final int FILES_IN_FOLDER = 1_000;
  private static final int SMALL_BYTES = 100;

  private final Random random;

  Material(long seed) {
    random = new Random(seed);
  }

  void file(Path file, long bytes) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= PIECE_BYTES) {
        random.nextBytes(piece);
        out.write(piece, 0, (int) Math.min(left, PIECE_BYTES));
      }
    }
  }

  void folder(Path folder, int files) throws IOException {
    byte[] bytes = new byte[SMALL_BYTES];
    for (int number = 0; number < files; number++) {
      Path inside = folder.resolve("d" + number / FILES_IN_FOLDER);
      if (number % FILES_IN_FOLDER == 0) Files.createDirectories(inside);
      random.nextBytes(bytes);
      Files.write(inside.resolve("f" + number), bytes);
    }
  }

  static String digest(Path file) throws IOException {
    DigestStream digest = new DigestStream();
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(digest);
    }
    return digest.hex();
  }

  /** One digest of the names and bytes of all files below a folder, in order. */
  static String digestOfAll(Path folder) throws IOException {
    TreeMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> below = Files.walk(folder)) {
      below.filter(Files::isRegularFile).forEach(file -> files.put(name(folder, file), file));
    }
    DigestStream digest = new DigestStream();
    for (var file : files.entrySet()) {
      digest.write(file.getKey().getBytes(StandardCharsets.UTF_8));
      digest.write(Files.readAllBytes(file.getValue()));
    }
    return files.size() + " files, sha256 " + digest.hex();
  }

  private static String name(Path folder, Path file) {
    return folder.relativize(file) + "\n";
  }
}
