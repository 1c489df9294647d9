package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.Prng;

/** A block store in a folder of its own, and what is done to its files. */
abstract class AbstractBlockStoreTest {
  static final long SEGMENT_BYTES = 64 << 10;
  static final String FIRST = "blocks-0000000000000001";

  @TempDir Path temp = Path.of("");
  Path folder = temp;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(temp.resolve("blocks"));
  }

  BlockStore open() throws IOException {
    return BlockStore.open(folder, SEGMENT_BYTES);
  }

  void fill(int count) throws IOException {
    try (BlockStore store = open()) {
      for (int i = 0; i < count; i++) {
        assertThat(store.put(id(i), bytes(i, 5000))).isEqualTo(new BlockPut.Stored());
      }
    }
  }

  static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(offset);
      int value = access.read();
      access.seek(offset);
      access.write(value ^ 1);
    }
  }

  static void deleteTree(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  static BlockGet found(Bytes bytes) {
    return new BlockGet.Found(bytes, bytes.crc32c());
  }

  static BlockId id(int number) {
    return new BlockId(0, 7, number);
  }

  static Bytes bytes(int seed, int length) {
    Prng prng = new Prng(seed);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) prng.nextInt();
    }
    return Bytes.wrap(bytes);
  }

  static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
