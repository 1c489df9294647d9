package org.volvox.verify.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.volvox.verify.process.Outcome;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Waits;

/**
 * A disk of a node's own: a file system on a loop device. What is synced is in the image; what is
 * not is in the kernel's memory only, as the journal commits by itself once an hour and the device
 * goes around the page cache. So a copy of the image, made while nothing writes, is what a machine
 * finds that lost its power. Wants root.
 */
final class NodeDisk implements AutoCloseable {
  private static final Duration SHORT = Duration.ofSeconds(60);
  private static final Duration LEFT_WITHIN = Duration.ofSeconds(30);
  private static final long IMAGE_BYTES = 1L << 30;
  private static final Path THROTTLES = Path.of("/sys/fs/cgroup/blkio");

  /** A write takes a quarter of a second. */
  private static final int SLOW_WRITES_PER_SECOND = 4;

  private final Path image;
  private final Path place;
  private final Path throttle;
  private String device = "";

  /** Makes the disk and mounts it at {@code place}, with what is there moved onto it. */
  NodeDisk(Path image, Path place) throws IOException {
    this.image = image;
    this.place = place;
    throttle = THROTTLES.resolve("vx" + ProcessHandle.current().pid() + place.getFileName());
    run("truncate", "-s", Long.toString(IMAGE_BYTES), image.toString());
    run("mkfs.ext4", "-q", "-F", image.toString());
    Path aside = Files.createDirectory(image.resolveSibling(image.getFileName() + ".aside"));
    run("sh", "-c", "mv \"$1\"/* \"$2\"", "mv", place.toString(), aside.toString());
    mount();
    run("sh", "-c", "mv \"$1\"/* \"$2\"", "mv", aside.toString(), place.toString());
    run("chmod", "700", place.toString());
    run("sync", "-f", place.toString());
    if (canThrottle()) Files.createDirectories(throttle);
  }

  /** Whether this machine and user can have such disks; else why not. */
  static Outcome isPossible() {
    for (String program : List.of("losetup", "mkfs.ext4", "fallocate")) {
      if (!Programs.isThere(program)) return new Outcome(1, "no " + program + " here");
    }
    return Programs.run(SHORT, List.of("losetup", "-f"));
  }

  /** Lets go of the disks below a folder that a run left which was killed. */
  static void releaseAll(Path folder) throws IOException {
    for (String mount : Files.readAllLines(Path.of("/proc/mounts"))) {
      String[] words = mount.split(" ", -1);
      if (words[1].startsWith(folder + "/")) {
        run("umount", "-l", words[1]);
        Programs.run(SHORT, List.of("losetup", "-d", words[0]));
      }
    }
  }

  /** Whether a disk can be made slow here. */
  static boolean canThrottle() {
    return Files.isWritable(THROTTLES.resolve("blkio.throttle.write_iops_device"));
  }

  private void mount() {
    device =
        Programs.run(SHORT, List.of("losetup", "--direct-io=on", "-f", "--show", image.toString()))
            .expectOk("losetup " + image)
            .text()
            .strip();
    run("mount", "-o", "commit=3600,noatime", device, place.toString());
  }

  private void unmount() {
    // A mount namespace that is just ending may still hold it: the device goes when that does.
    run("umount", "-l", place.toString());
    run("losetup", "-d", device);
  }

  /** The machine lost its power: what was not synced is gone. No process may run on it. */
  void losePower() throws IOException {
    Path left = image.resolveSibling(image.getFileName() + ".left");
    run("cp", "--sparse=always", image.toString(), left.toString());
    unmount();
    Files.move(left, image, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    mount();
  }

  /** All room is taken, but for a few blocks. */
  void fill() throws IOException {
    long free = Files.getFileStore(place).getUsableSpace();
    long taken = Math.max(4096, free - (1 << 20));
    run("fallocate", "-l", Long.toString(taken), place.resolve("filler").toString());
  }

  void free() throws IOException {
    Files.deleteIfExists(place.resolve("filler"));
  }

  /** Bytes that the node's files take. */
  long usedBytes() throws IOException {
    var store = Files.getFileStore(place);
    return store.getTotalSpace() - store.getUnallocatedSpace();
  }

  /** Each write of the process and its children takes a quarter of a second from now on. */
  void slow(long pid) throws IOException {
    if (!canThrottle()) return;
    Files.writeString(throttle.resolve("cgroup.procs"), Long.toString(pid));
    limit(SLOW_WRITES_PER_SECOND);
  }

  void fast() throws IOException {
    if (canThrottle()) limit(0);
  }

  private void limit(int writesPerSecond) throws IOException {
    String numbers =
        Programs.run(SHORT, List.of("stat", "-c", "%Hr:%Lr", device)).expectOk("stat").text();
    Files.writeString(
        throttle.resolve("blkio.throttle.write_iops_device"),
        numbers.strip() + " " + writesPerSecond + "\n");
  }

  @Override
  public void close() throws IOException {
    unmount();
    Files.deleteIfExists(image);
    // Whoever was killed a moment ago may not have left it yet.
    Waits.until(
        LEFT_WITHIN,
        () -> !throttle.toFile().exists() || throttle.toFile().delete(),
        () -> throttle + " is in use");
  }

  private static void run(String... line) {
    Programs.run(SHORT, List.of(line)).expectOk(String.join(" ", line));
  }
}
