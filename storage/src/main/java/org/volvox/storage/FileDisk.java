package org.volvox.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;

/**
 * A {@link Disk} in a folder, by {@link FileChannel}; one thread calls it.
 *
 * <ol>
 *   <li>A name made, changed or deleted is durable on return: the folder is synced too.
 *   <li>New files are written with zeros, not left sparse, so that writing and syncing them later
 *       allocates nothing: faster, and a full disk shows when the file is made.
 *   <li>A file whose sync failed once is poisoned: the kernel may have dropped the pages, so a
 *       second sync would succeed and mean nothing. Only a restart reads what is really there.
 * </ol>
 */
public final class FileDisk implements Disk, AutoCloseable {
  private static final int PIECE_BYTES = 1 << 20;

  private final Path folder;
  private final Map<String, FileChannel> channels = new TreeMap<>();
  private final Set<String> poisoned = new LinkedHashSet<>();

  /** Uses a folder, made if there is none. */
  public FileDisk(Path folder) throws DiskException {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException failed) {
      throw Folders.failure("make", folder, failed);
    }
  }

  @Override
  public List<String> list() throws DiskException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .sorted()
          .toList();
    } catch (IOException failed) {
      throw Folders.failure("list", folder, failed);
    }
  }

  @Override
  public long size(String file) throws DiskException {
    try {
      return channel(file).size();
    } catch (IOException failed) {
      throw Folders.failure("read", path(file), failed);
    }
  }

  @Override
  public Bytes read(String file, long offset, int length) throws DiskException {
    byte[] bytes = new byte[length];
    try {
      if (!Folders.readAll(channel(file), ByteBuffer.wrap(bytes), offset)) {
        throw new DiskException(
            DiskException.Kind.FAILED, path(file) + " ends before byte " + (offset + length));
      }
    } catch (IOException failed) {
      throw Folders.failure("read", path(file), failed);
    }
    return Bytes.wrap(bytes);
  }

  @Override
  public void create(String file, long length) throws DiskException {
    Path path = path(file);
    if (Files.exists(path)) {
      throw new DiskException(DiskException.Kind.FAILED, path + " is there already");
    }
    try {
      try (FileChannel channel =
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(length, PIECE_BYTES));
        for (long at = 0; at < length; at += zeros.limit()) {
          zeros.clear().limit((int) Math.min(zeros.capacity(), length - at));
          Folders.writeAll(channel, zeros, at);
        }
        channel.force(true);
      }
      Folders.syncFolder(folder);
    } catch (IOException failed) {
      deleteQuietly(path, failed);
      throw Folders.failure("make", path, failed);
    }
  }

  @Override
  public void write(String file, long offset, Bytes bytes) throws DiskException {
    requireSound(file);
    FileChannel channel = channel(file);
    try {
      for (int at = 0; at < bytes.length(); at += PIECE_BYTES) {
        Bytes piece = bytes.slice(at, Math.min(bytes.length(), at + PIECE_BYTES));
        Folders.writeAll(channel, view(piece), offset + at);
      }
    } catch (IOException failed) {
      throw Folders.failure("write", path(file), failed);
    }
  }

  /** The bytes where they are, to write them out at once. */
  private static ByteBuffer view(Bytes bytes) {
    List<ByteBuffer> view = new ArrayList<>(1);
    bytes.writeTo((array, from, length) -> view.add(ByteBuffer.wrap(array, from, length)));
    return view.getFirst();
  }

  @Override
  public void sync(String file) throws DiskException {
    requireSound(file);
    try {
      channel(file).force(false);
    } catch (IOException failed) {
      poisoned.add(file);
      throw Folders.failure("sync", path(file), failed);
    }
  }

  @Override
  public void rename(String from, String to) throws DiskException {
    requireSound(from);
    closeChannel(from);
    closeChannel(to);
    try {
      Files.move(path(from), path(to), StandardCopyOption.ATOMIC_MOVE);
      Folders.syncFolder(folder);
    } catch (IOException failed) {
      throw Folders.failure("rename", path(from), failed);
    }
    poisoned.remove(to);
  }

  @Override
  public void delete(String file) throws DiskException {
    closeChannel(file);
    try {
      Files.delete(path(file));
      Folders.syncFolder(folder);
    } catch (IOException failed) {
      throw Folders.failure("delete", path(file), failed);
    }
    poisoned.remove(file);
  }

  @Override
  public void close() throws DiskException {
    for (String file : List.copyOf(channels.keySet())) {
      closeChannel(file);
    }
  }

  private Path path(String file) {
    if (file.isEmpty() || file.startsWith(".") || file.indexOf('/') >= 0) {
      throw new IllegalArgumentException("not a plain file name: " + file);
    }
    return folder.resolve(file);
  }

  private void requireSound(String file) throws DiskException {
    if (poisoned.contains(file)) {
      throw new DiskException(
          DiskException.Kind.FAILED,
          path(file) + " could not be synced before; restart the node to see what is on disk");
    }
  }

  private FileChannel channel(String file) throws DiskException {
    FileChannel open = channels.get(file);
    if (open != null) {
      return open;
    }
    Path path = path(file);
    if (!Files.exists(path)) {
      throw new DiskException(DiskException.Kind.MISSING, "there is no file " + path);
    }
    try {
      FileChannel channel =
          FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channels.put(file, channel);
      return channel;
    } catch (IOException failed) {
      throw Folders.failure("open", path, failed);
    }
  }

  private void closeChannel(String file) throws DiskException {
    FileChannel channel = channels.remove(file);
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException failed) {
        throw Folders.failure("close", path(file), failed);
      }
    }
  }

  private static void deleteQuietly(Path path, IOException because) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException also) {
      because.addSuppressed(also);
    }
  }
}
