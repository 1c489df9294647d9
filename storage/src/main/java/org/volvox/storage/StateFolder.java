package org.volvox.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Pattern;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.snapshot.SnapshotPart;

/**
 * Where the stores of {@link StateStore} lie: {@code state}, {@code state-1}, {@code state-2}, ...
 * beside each other, and which of them counts.
 *
 * <pre>
 * state.live     the name of the live store; without this file it is "state"
 * state.staged   the name of a snapshot's store that is complete, and the snapshot's header
 *
 * both           u8 version (1), text name, [staged: u32 length, header], u32 CRC-32C
 * </pre>
 *
 * <p>Both are replaced whole and durably. Any other store is a leftover and is deleted at the
 * start.
 */
final class StateFolder {
  private static final int VERSION = 1;

  private final Path first;

  StateFolder(Path first) {
    this.first = first.toAbsolutePath();
  }

  Path path(String name) {
    return first.resolveSibling(name);
  }

  private String firstName() {
    return String.valueOf(first.getFileName());
  }

  private Path liveFile() {
    return path(firstName() + ".live");
  }

  private Path stagedFile() {
    return path(firstName() + ".staged");
  }

  /** Whether a store was ever made here. */
  boolean exists() {
    return Files.exists(liveFile()) || Files.exists(first.resolve("CURRENT"));
  }

  Path live() throws IOException {
    return Files.exists(liveFile()) ? path(readName(liveFile())) : first;
  }

  void setLive(String name) throws IOException {
    ByteWriter out = new ByteWriter().u8(VERSION).text(name);
    replace(liveFile(), out.u32(out.toBytes().crc32c()).toBytes());
  }

  void mark(StateStore.Staged staged) throws IOException {
    ByteWriter out = new ByteWriter().u8(VERSION).text(staged.name());
    out.bytes(staged.header().encode());
    replace(stagedFile(), out.u32(out.toBytes().crc32c()).toBytes());
  }

  void unmark() throws IOException {
    Files.deleteIfExists(stagedFile());
    Folders.syncFolder(first.resolveSibling("."));
  }

  /** Clears what a crash left and returns the staged snapshot that is complete. */
  Optional<StateStore.Staged> begin() throws IOException {
    Files.createDirectories(first.resolveSibling("."));
    String live = String.valueOf(live().getFileName());
    Optional<StateStore.Staged> staged = readStaged().filter(found -> !found.name().equals(live));
    if (staged.isEmpty() && Files.exists(stagedFile())) {
      unmark(); // The swap was done but for this.
    }
    String keep = staged.map(StateStore.Staged::name).orElse(live);
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(first.resolveSibling("."), firstName() + "*")) {
      for (Path path : found) {
        String name = String.valueOf(path.getFileName());
        boolean isStore = name.equals(firstName()) || number(name) > 0;
        if (isStore && !name.equals(live) && !name.equals(keep)) {
          delete(path);
        }
      }
    }
    return staged;
  }

  /** A path that no store has had since the last start. */
  Path fresh() throws IOException {
    int highest = 0;
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(first.resolveSibling("."), firstName() + "-*")) {
      for (Path path : found) {
        highest = Math.max(highest, number(String.valueOf(path.getFileName())));
      }
    }
    return path(firstName() + "-" + (highest + 1));
  }

  /** The number of a store by its name; 0 for the first one and for what is none. */
  private int number(String name) {
    String prefix = firstName() + "-";
    if (!name.matches(Pattern.quote(prefix) + "[1-9][0-9]{0,8}")) {
      return 0;
    }
    return Integer.parseInt(name.substring(prefix.length()));
  }

  void delete(Path store) throws IOException {
    deleteTree(store);
    Folders.syncFolder(first.resolveSibling("."));
  }

  static void deleteTree(Path root) throws IOException {
    if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
        for (Path entry : entries) {
          deleteTree(entry);
        }
      }
    }
    Files.deleteIfExists(root);
  }

  private Optional<StateStore.Staged> readStaged() throws IOException {
    try {
      ByteReader in = content(stagedFile());
      String name = in.text();
      SnapshotPart part = SnapshotPart.decode(in.bytes());
      in.end();
      if (!(part instanceof SnapshotPart.Header header)) {
        throw new MalformedException("it has no snapshot's header");
      }
      return Optional.of(new StateStore.Staged(header, name));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (MalformedException damaged) {
      throw damaged(stagedFile(), damaged);
    }
  }

  private static String readName(Path file) throws IOException {
    try {
      ByteReader in = content(file);
      String name = in.text();
      in.end();
      return name;
    } catch (MalformedException damaged) {
      throw damaged(file, damaged);
    }
  }

  private static ByteReader content(Path file) throws IOException, MalformedException {
    Bytes bytes = Bytes.wrap(Files.readAllBytes(file));
    int covered = Math.max(0, bytes.length() - 4);
    if (new ByteReader(bytes.slice(covered, bytes.length())).u32()
        != bytes.slice(0, covered).crc32c()) {
      throw new MalformedException("its checksum does not match");
    }
    ByteReader in = new ByteReader(bytes.slice(0, covered));
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("it has version " + version + ", this reads " + VERSION);
    }
    return in;
  }

  private static IOException damaged(Path file, MalformedException why) {
    return new IOException(
        file
            + " is damaged: "
            + why.getMessage()
            + "; check the disk, and let the node join again as a new member with an empty folder",
        why);
  }

  private static void replace(Path file, Bytes content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      Folders.writeAll(out, ByteBuffer.wrap(content.toArray()), 0);
      out.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Folders.syncFolder(file.resolveSibling("."));
  }
}
