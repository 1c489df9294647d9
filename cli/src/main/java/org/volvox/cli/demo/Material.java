package org.volvox.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.volvox.base.Prng;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;

/**
 * What the demonstration stores: the JDK's own src.zip or modules, or a file or folder of the
 * user's.
 */
final class Material {
  private static final int BUFFER_BYTES = 1 << 18;

  /** Enough to be in the middle of it when a node dies. */
  private static final int LONG_UPLOAD_BYTES = 64 << 20;

  /** A file: where it is here and there, and its digest as this machine computes it. */
  record Item(Path local, String path, long size, String sha256) {}

  private final Path source;
  private final List<Item> items;

  private Material(Path source, List<Item> items) {
    this.source = source;
    this.items = items;
  }

  /** Finds the JDK's files when nothing is named. */
  static Path source(String named) {
    if (!named.isEmpty()) {
      Path path = Path.of(named).toAbsolutePath().normalize();
      if (!Files.exists(path)) {
        throw new Failure(ExitCode.FAILED, "cannot store " + named + ": no such file", "");
      }
      return path;
    }
    Path lib = Path.of(System.getProperty("java.home"), "lib");
    Path sources = lib.resolve("src.zip");
    return Files.isReadable(sources) ? sources : lib.resolve("modules");
  }

  /** Reads and hashes all of it. */
  static Material read(Path source) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(source)) {
      try (Stream<Path> tree = Files.walk(source)) {
        tree.filter(file -> Files.isRegularFile(file) && !Files.isSymbolicLink(file))
            .sorted()
            .forEach(files::add);
      }
    } else {
      files.add(source);
    }
    if (files.isEmpty()) {
      throw new Failure(ExitCode.FAILED, source + " holds no files", "Name another folder.");
    }
    String root = Stage.FOLDER + "/" + source.getFileName();
    List<Item> items = new ArrayList<>();
    for (Path file : files) {
      String below = file.equals(source) ? "" : "/" + source.relativize(file);
      items.add(new Item(file, root + below, Files.size(file), sha256(Files.newInputStream(file))));
    }
    return new Material(source, items);
  }

  Path source() {
    return source;
  }

  boolean isFolder() {
    return Files.isDirectory(source);
  }

  String path() {
    return Stage.FOLDER + "/" + source.getFileName();
  }

  List<Item> items() {
    return items;
  }

  long size() {
    return items.stream().mapToLong(Item::size).sum();
  }

  Item largest() {
    return items.stream().max(Comparator.comparingLong(Item::size)).orElseThrow();
  }

  /** Something that takes long enough to store: the largest file, or made-up bytes. */
  Item longUpload(Path scratch) throws IOException {
    Item largest = largest();
    String path = Stage.FOLDER + "/under-fire";
    if (largest.size() >= LONG_UPLOAD_BYTES / 2) {
      return new Item(largest.local(), path, largest.size(), largest.sha256());
    }
    Path file = scratch.resolve("made-up");
    Prng prng = new Prng(1);
    byte[] bytes = new byte[LONG_UPLOAD_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) prng.nextInt();
    }
    Files.write(file, bytes);
    return new Item(file, path, bytes.length, sha256(Files.newInputStream(file)));
  }

  private static String sha256(InputStream source) throws IOException {
    try (InputStream in = source) {
      MessageDigest digest = newDigest();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
