package org.volvox.verify.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.volvox.base.syscall.Status;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.verify.soak.DigestStream;

/**
 * Clients that store files of blocks, replace some, and read them back through other nodes: what
 * was acknowledged comes back, or a later one that was not.
 */
final class FileClients {
  private static final int BYTES_MAX = 5 << 20;

  /** Most are smaller: what is removed keeps its room for ten minutes, and disks are small. */
  private static final int BYTES_MOSTLY = 1 << 19;

  /** Each client keeps so many at most, and removes the oldest: disks are small. */
  private static final int KEPT_MAX = 8;

  private final LoadStats stats;
  private final Path work;

  /** What each path may hold. */
  private final Map<String, Known> known = new TreeMap<>();

  /** The digests that a file may have; whether it must be there at all. */
  private record Known(Set<String> digests, boolean mustBeThere) {}

  FileClients(LoadStats stats, Path work) {
    this.stats = stats;
    this.work = work;
  }

  /** One client's life; it stores through one connection and reads through another. */
  void run(int client, Volvox stores, List<Volvox> readers, Random random, ChaosLoad.Pulse pulse)
      throws InterruptedException {
    Deque<String> own = new ArrayDeque<>();
    for (int count = 0; pulse.next(); count++) {
      boolean replaces = !own.isEmpty() && random.nextInt(4) == 0;
      String path = replaces ? own.getLast() : "/chaos/file-" + client + "-" + count;
      if (!replaces) own.add(path);
      store(stores, path, random, work.resolve("upload-" + client));
      check(readers.get(random.nextInt(readers.size())), path, false);
      if (own.size() > KEPT_MAX) forget(stores, own.removeFirst());
    }
  }

  private void store(Volvox volvox, String path, Random random, Path local)
      throws InterruptedException {
    int most = random.nextInt(8) == 0 ? BYTES_MAX : BYTES_MOSTLY;
    byte[] bytes = new byte[20_000 + random.nextInt(most)];
    random.nextBytes(bytes);
    String digest = DigestStream.hexOf(bytes);
    long nanos = System.nanoTime();
    try {
      Files.write(local, bytes);
      volvox.files().put(local, path, Progress.NONE);
      allow(path, digest, true);
      stats.done("upload", System.nanoTime() - nanos);
    } catch (VolvoxException e) {
      if (!e.isNothingWritten()) allow(path, digest, false);
      stats.failed("upload");
    } catch (IOException e) {
      stats.violation("an upload broke in a way that no cluster answers for: " + e);
    }
  }

  private synchronized void allow(String path, String digest, boolean isAcknowledged) {
    Known before = known.getOrDefault(path, new Known(Set.of(), false));
    Set<String> digests = new LinkedHashSet<>(isAcknowledged ? Set.of() : before.digests());
    digests.add(digest);
    known.put(path, new Known(digests, isAcknowledged || before.mustBeThere()));
  }

  private synchronized Known knownOf(String path) {
    return known.getOrDefault(path, new Known(Set.of(), false));
  }

  private void check(Volvox volvox, String path, boolean mustAnswer) throws InterruptedException {
    Known file = knownOf(path);
    if (file.digests().isEmpty()) return; // Nothing was begun, so nothing need be there.
    long nanos = System.nanoTime();
    DigestStream read = new DigestStream();
    try {
      volvox.files().copy(path, read, Progress.NONE);
      String found = read.hex();
      if (file.digests().contains(found)) {
        stats.done("download", System.nanoTime() - nanos);
      } else {
        stats.violation(path + " has other bytes: " + found + ", not of " + file.digests());
      }
    } catch (VolvoxException e) {
      boolean isAbsent = e.is(Status.NOT_FOUND);
      boolean isBroken = isAbsent ? file.mustBeThere() : mustAnswer;
      if (isBroken) stats.violation(path + " does not come back: " + e.getMessage());
      else if (!isAbsent) stats.failed("download");
    } catch (IOException e) {
      stats.violation(path + ": " + e);
    }
  }

  private void forget(Volvox volvox, String path) throws InterruptedException {
    synchronized (this) {
      known.remove(path);
    }
    try {
      volvox.files().remove(path, false);
      stats.count("file removed", 1);
    } catch (VolvoxException e) {
      stats.failed("remove of a file");
    }
  }

  /** When all is well again: every file that was acknowledged, through every node. */
  void checkAll(List<Volvox> readers) throws InterruptedException {
    List<String> paths;
    synchronized (this) {
      paths = new ArrayList<>(known.keySet());
    }
    for (Volvox reader : readers) {
      for (String path : paths) check(reader, path, true);
    }
    stats.count("files read back through every node", paths.size());
  }
}
