package org.volvox.cli.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.volvox.cli.Human;

/** Looks at the machine: disk, limits, memory, clock. Each check stands alone and never fails. */
final class Machine {
  private static final int JAVA_MIN = 25;
  private static final long DISK_BYTES_MIN = 256L << 20;
  private static final long DISK_BYTES_GOOD = 2L << 30;

  /** What a node has resident under load. */
  private static final long NODE_BYTES = 500L << 20;

  /** RocksDB's tables, segments of the log and of blocks, and connections. */
  private static final long FILES_MIN = 1024;

  private static final long FILES_GOOD = 4096;
  private static final int SYNCS = 21;
  private static final int SYNC_BYTES = 4096;
  private static final Duration SYNC_GOOD = Duration.ofMillis(10);
  private static final Duration SYNC_MAX = Duration.ofMillis(100);
  private static final Set<String> OF_MEMORY = Set.of("tmpfs", "ramfs");
  private static final Set<String> OF_NETWORK = Set.of("nfs", "nfs4", "cifs", "smb3", "9p");
  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);
  private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\S+)");
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable: +(\\d+) kB");

  private Machine() {}

  static Check java() {
    int feature = Runtime.version().feature();
    String text = Runtime.version() + " in " + System.getProperty("java.home");
    return feature >= JAVA_MIN
        ? Check.ok("java", text)
        : Check.bad("java", text, "Volvox wants Java " + JAVA_MIN + " or newer");
  }

  /** The nearest folder that is there: the cluster's own may not be made yet. */
  static Path nearest(Path folder) {
    Path at = folder.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  static Check disk(Path folder) {
    try {
      FileStore store = Files.getFileStore(nearest(folder));
      long left = store.getUsableSpace();
      String text = Human.bytes(left) + " left for " + folder + " (" + store.type() + ")";
      if (OF_NETWORK.contains(store.type())) {
        return Check.bad(
            "disk",
            text + ": neither locks nor syncs are to be relied on there",
            "name a folder on a disk of this machine: --dir DIR");
      }
      if (left < DISK_BYTES_MIN) {
        return Check.bad("disk", text, "make room, or name another folder: --dir DIR");
      }
      if (OF_MEMORY.contains(store.type())) {
        return Check.warn(
            "disk", text + ": all of it is gone when the machine starts again", "--dir DIR");
      }
      return left < DISK_BYTES_GOOD
          ? Check.warn("disk", text, "blocks are refused soon: make room")
          : Check.ok("disk", text);
    } catch (IOException e) {
      return Check.bad("disk", "cannot look at " + folder + ": " + e.getMessage(), "");
    }
  }

  /** How long the disk takes for what every write waits for. */
  static Check sync(Path folder) {
    try {
      Path file = Files.createTempFile(nearest(folder), ".volvox-doctor", "");
      try {
        return sync(file, median(file));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      return Check.bad(
          "sync",
          "cannot write in " + nearest(folder) + ": " + e.getMessage(),
          "give this user the folder, or name another: --dir DIR");
    }
  }

  private static Duration median(Path file) throws IOException {
    List<Long> spans = new ArrayList<>();
    ByteBuffer page = ByteBuffer.allocateDirect(SYNC_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < SYNCS; i++) {
        long begun = System.nanoTime();
        channel.write(page.rewind(), 0);
        channel.force(false);
        spans.add(System.nanoTime() - begun);
      }
    }
    return Duration.ofNanos(spans.stream().sorted().toList().get(SYNCS / 2));
  }

  private static Check sync(Path file, Duration median) {
    String text =
        "a synced write takes " + shown(median) + " at " + file.getParent() + " (median of 21)";
    if (median.compareTo(SYNC_MAX) > 0) {
      return Check.bad("sync", text, "elections would time out: use another disk");
    }
    return median.compareTo(SYNC_GOOD) > 0
        ? Check.warn("sync", text, "every write waits for one: use a faster disk")
        : Check.ok("sync", text);
  }

  private static String shown(Duration span) {
    return span.toMillis() < 1 ? span.toNanos() / 1000 + " us" : span.toMillis() + " ms";
  }

  static Check memory(int nodes) {
    return memory(nodes, read("/proc/meminfo"));
  }

  static Check memory(int nodes, String meminfo) {
    Matcher found = AVAILABLE.matcher(meminfo);
    if (!found.find()) {
      return Check.ok("memory", "not known here");
    }
    long available = Long.parseLong(found.group(1)) << 10;
    String text =
        Human.bytes(available) + " available, " + Human.count(nodes, "node") + " to run here";
    return available < nodes * NODE_BYTES
        ? Check.warn("memory", text, "a busy node takes " + Human.bytes(NODE_BYTES))
        : Check.ok("memory", text);
  }

  static Check files() {
    return files(read("/proc/self/limits"));
  }

  static Check files(String limits) {
    Matcher found = LIMIT.matcher(limits);
    if (!found.find() || found.group(1).equals("unlimited")) {
      return Check.ok("files", "no limit of open files is known");
    }
    long files = Long.parseLong(found.group(1));
    String text = files + " files may be open at once (ulimit -n)";
    if (files < FILES_MIN) {
      return Check.bad("files", text, "raise it: ulimit -n " + FILES_GOOD);
    }
    return files < FILES_GOOD
        ? Check.warn("files", text, "many clients want more: ulimit -n " + FILES_GOOD)
        : Check.ok("files", text);
  }

  static Check clock(Optional<KernelClock> clock) {
    if (clock.isEmpty()) {
      return Check.ok("clock", "this system does not say whether its clock is kept");
    }
    return clock.get().isSynchronized()
        ? Check.ok(
            "clock", "kept by others, at most " + clock.get().maxErrorMicros() / 1000 + " ms off")
        : Check.warn(
            "clock",
            "nothing keeps it: times of files and certificates follow this machine's",
            "run chrony or systemd-timesyncd");
  }

  /** Whether keys in a folder are their owner's alone; nothing is said of a folder without any. */
  static Optional<Check> keys(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.find(folder, 3, (path, _) -> isSecret(path))) {
      List<Path> keys = files.sorted().toList();
      for (Path key : keys) {
        if (Files.getPosixFilePermissions(key).stream().anyMatch(OF_OTHERS::contains)) {
          return Optional.of(Check.bad("keys", key + " can be read by others", "chmod 600 " + key));
        }
      }
      return keys.isEmpty()
          ? Optional.empty()
          : Optional.of(
              Check.ok("keys", Human.count(keys.size(), "key") + ", readable by you alone"));
    } catch (IOException e) {
      return Optional.of(Check.bad("keys", "cannot look at them: " + e.getMessage(), ""));
    }
  }

  private static boolean isSecret(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.equals("key.pem") || name.equals("token");
  }

  /** Whether a node that does not run could listen there. */
  static Check port(InetSocketAddress address) {
    String where = address.getHostString() + ":" + address.getPort();
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(
          new InetSocketAddress(InetAddress.getByName(address.getHostString()), address.getPort()));
      return Check.ok("port", where + " is free");
    } catch (IOException e) {
      return Check.bad(
          "port",
          where + ": " + e.getMessage(),
          "see who has it: ss -ltnp 'sport = :" + address.getPort() + "'");
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return "";
    }
  }
}
