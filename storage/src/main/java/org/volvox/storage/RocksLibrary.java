package org.volvox.storage;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native part from a folder of ours, where it is put once. RocksDB's own loader
 * would unpack 15 MB into the temporary folder at each start, and leave them there at a kill -9.
 */
final class RocksLibrary {
  private static boolean loaded;

  private RocksLibrary() {}

  static synchronized void load(Path folder) throws IOException {
    if (loaded) {
      return;
    }
    String name = Environment.getJniLibraryFileName("rocksdb");
    URL packed = RocksDB.class.getClassLoader().getResource(name);
    if (packed == null) {
      throw new IOException("RocksDB has no library for this machine: " + name);
    }
    Files.createDirectories(folder);
    // The loader that takes folders asks for this name, with "jni" twice.
    Path library = folder.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
    if (!Files.exists(library)
        || Files.size(library) != packed.openConnection().getContentLengthLong()) {
      unpack(packed, library);
    }
    RocksDB.loadLibrary(List.of(folder.toAbsolutePath().toString()));
    loaded = true;
  }

  private static void unpack(URL packed, Path library) throws IOException {
    Path part = library.resolveSibling(library.getFileName() + ".part");
    try (InputStream in = packed.openStream()) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
    }
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      channel.force(true); // A whole-looking file of zeros after a power cut would not load.
    }
    Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
  }
}
