package org.volvox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.backup.BackupCheck;
import org.volvox.base.backup.BackupRecord;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.ProcessState;
import org.volvox.cli.cluster.LocalCluster;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Processes;
import org.volvox.client.RunningProcess;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.AvailableSpace;

/** Backups of a real cluster of node processes, and the clusters that are made from them. */
@Timeout(240)
class BackupTest {
  @TempDir private static Path folder = Path.of("");
  private static final long LOOK_AGAIN_NANOS = 5_000_000;
  private static byte[] large = {};

  @BeforeAll
  static void up() throws IOException {
    done("old", "up");
    large = random(9_000_001);
    done("old", "mkdir", "-p", "/d/empty");
    done("old", "put", file("large", large).toString(), "/d/large");
    done("old", "put", file("small", random(100)).toString(), "/d/small");
  }

  @AfterAll
  static void down() {
    for (String name : List.of("old", "three", "one", "merged")) {
      if (Files.exists(folder.resolve(name))) {
        command(name).run("down");
        LocalCluster local = LocalCluster.open(folder.resolve(name));
        assertThat(local.nodes()).allMatch(node -> local.process(node).isEmpty());
      }
    }
  }

  @Test
  void aNewClusterHasAllThatWasAcknowledgedAndNothingThatLives() throws Exception {
    try (Volvox volvox = Volvox.connect(folder.resolve("old"))) {
      Processes.Program program =
          new Processes.Program(List.of("sleep", "300"), Optional.empty(), Optional.empty());
      RunningProcess sleeps = volvox.processes().spawn(program);
      while (volvox.processes().row(sleeps.pid()).state() != ProcessState.RUNNING) {
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      }
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger acknowledged = new AtomicInteger();
      Thread writer = Thread.ofVirtual().start(() -> write(volvox, "/w", acknowledged, over));
      while (acknowledged.get() < 20) {
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      }
      int before = acknowledged.get();
      Command.Done backup = done("old", "backup", folder.resolve("b").toString());
      over.set(true);
      writer.join();
      assertThat(backup.err()).contains("backed up").contains("3 blocks of 9.00 MB");
      Command.Done verify = done("old", "backup", "--verify", folder.resolve("b").toString());
      assertThat(verify.err()).contains("is whole").contains("state up to entry");
      assertThat(names(folder)).contains("b").doesNotContain("b.partial");

      Command.Done restored = done("three", "restore", folder.resolve("b").toString());
      assertThat(restored.err()).contains("restored 3 blocks of 9.00 MB");
      done("three", "up");
      for (String node : List.of("1", "2", "3")) {
        Path back = folder.resolve("back" + node);
        done("three", "get", "/d/large", back.toString(), "--node", node);
        assertThat(Files.readAllBytes(back)).isEqualTo(large);
      }
      String listed = done("three", "ls", "/").out();
      for (int i = 0; i < before; i++) {
        assertThat(listed).contains("w" + i + "/\n");
      }
      assertThat(done("three", "ps").out()).doesNotContain("sleep");
      assertThat(done("three", "ps", "-a").out())
          .contains("lost")
          .contains("restored from the backup");
      done("three", "put", folder.resolve("large").toString(), "/d/new");
      assertThat(done("three", "nodes", "--json").out()).contains("\"blocksMissing\":0");
      // The old one goes on as if nothing had been.
      done("old", "put", folder.resolve("small").toString(), "/d/later");
      assertThat(done("three", "ls", "/d").out()).doesNotContain("later").contains("new");
    }
  }

  @Test
  void whatMergesIsOnEveryNewNodeAndGoesOn() throws Exception {
    Path file = folder.resolve("b-merged");
    try (Volvox volvox = Volvox.connect(folder.resolve("old"))) {
      for (String name : List.of("cart", "gone")) {
        var _ = volvox.keys().create(name, Consistency.AVAILABLE);
        volvox.keys().available(name).register("note").put("left");
      }
      AvailableSpace cart = volvox.keys().available("cart");
      cart.set("list").add("milk");
      cart.set("list").add("bread");
      cart.set("list").remove("bread");
      var _ = cart.counter("visits").add(3);
      volvox.keys().remove("gone"); // Its nodes may not have deleted its data yet.
    }
    try (Volvox third = at("old", 3)) {
      var _ = third.keys().available("cart").counter("visits").add(4);
    }
    Command.Done backup = done("old", "backup", file.toString());
    assertThat(backup.err()).contains("entries of available spaces").doesNotContain("not heard");
    assertThat(done("old", "backup", "--verify", file.toString()).err())
        .containsPattern("[34] entries of available spaces");
    assertThat(done("old", "backup", "--verify", file.toString(), "--json").out())
        .containsPattern("\"dataEntries\":[34]")
        .doesNotContain("unheard");
    done("merged", "restore", file.toString());
    done("merged", "up");
    for (int node = 1; node <= 3; node++) {
      try (Volvox volvox = at("merged", node)) {
        AvailableSpace cart = volvox.keys().available("cart");
        assertThat(cart.register("note").get().value()).contains(Bytes.utf8("left"));
        assertThat(cart.set("list").elements().value()).containsExactly(Bytes.utf8("milk"));
        assertThat(cart.counter("visits").get().value()).isEqualTo(7);
        assertThatThrownBy(() -> volvox.keys().available("gone"))
            .isInstanceOf(VolvoxException.class);
      }
    }
    try (Volvox first = at("merged", 1);
        Volvox second = at("merged", 2);
        Volvox third = at("merged", 3)) {
      AvailableSpace here = first.keys().available("cart");
      AvailableSpace there = third.keys().available("cart");
      var _ = here.counter("visits").add(10);
      var _ = second.keys().available("cart").counter("visits").add(20);
      here.set("list").remove("milk");
      here.register("note").put("right");
      waitFor(() -> there.counter("visits").get().value() == 37);
      waitFor(() -> there.set("list").elements().value().isEmpty());
      waitFor(() -> there.register("note").all().value().size() == 1);
      waitFor(() -> there.register("note").get().value().equals(Optional.of(Bytes.utf8("right"))));
    }
    olderOnesAreReadToo(file);
  }

  /** The same without what the version before did not have. */
  private static void olderOnesAreReadToo(Path file) throws Exception {
    Path old = folder.resolve("b-version-1");
    ByteReader in = new ByteReader(Bytes.wrap(Files.readAllBytes(file)));
    BackupCheck check = new BackupCheck();
    try (OutputStream out = Files.newOutputStream(old)) {
      out.write(in.raw(BackupRecord.MAGIC.length()).toArray());
      while (in.remaining() > 0) {
        BackupRecord record = BackupRecord.decode(in.bytes());
        var _ = in.u32();
        Optional<BackupRecord> older =
            switch (record) {
              case BackupRecord.Head(_, var of, var at, var by) ->
                  Optional.of(new BackupRecord.Head(1, of, at, by));
              case BackupRecord.Data _ -> Optional.empty();
              case BackupRecord.Part _, BackupRecord.Block _ -> Optional.of(record);
              case BackupRecord.End _ -> Optional.of(check.end());
            };
        if (older.isPresent()) {
          Bytes encoded = older.get().encode();
          check.accept(older.get(), encoded.crc32c());
          out.write(
              new ByteWriter(encoded.length() + 8)
                  .bytes(encoded)
                  .u32(encoded.crc32c())
                  .toBytes()
                  .toArray());
        }
      }
    }
    assertThat(done("old", "backup", "--verify", old.toString()).err())
        .contains("is whole")
        .contains("without the data of available spaces");
    assertThat(done("older", "restore", old.toString(), "--nodes", "1").err())
        .contains("0 entries of available spaces");
  }

  @Test
  void whoIsNotHeardIsNamedAndTheRestIsTaken() throws Exception {
    done("old", "node", "stop", "n3");
    try {
      Command.Done backup = done("old", "backup", folder.resolve("b-without").toString(), "--json");
      assertThat(backup.out()).contains("\"unheard\":[\"n3\"]");
      assertThat(backup.err()).contains("not heard in time: n3").contains("back up again");
    } finally {
      done("old", "node", "start", "n3");
    }
  }

  private static Volvox at(String cluster, int node) throws IOException {
    return Volvox.connect(
        ClusterAddress.ofFolder(folder.resolve(cluster)),
        ClientOptions.DEFAULT.through(new NodeId(node)));
  }

  /** Something that comes true by itself. */
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void waitFor(Condition condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  @Test
  void oneNodeTakesItAllAndStartsAgain() throws Exception {
    Path file = folder.resolve("b-one");
    done("old", "backup", file.toString());
    done("one", "restore", file.toString(), "--nodes", "1");
    done("one", "up");
    done("one", "down");
    done("one", "up");
    Path back = folder.resolve("back-one");
    done("one", "get", "/d/large", back.toString());
    assertThat(Files.readAllBytes(back)).isEqualTo(large);
  }

  @Test
  void neitherClusterAcceptsAnythingOfTheOther() throws Exception {
    Path file = folder.resolve("b-other");
    done("old", "backup", file.toString());
    done("other", "restore", file.toString(), "--nodes", "1");
    done("other", "up");
    try {
      refused("old", "other");
      refused("other", "old");
    } finally {
      done("other", "down");
    }
    // A log that was moved from one to the other is no log of that node.
    Path node = folder.resolve("other/n1");
    Path mine = folder.resolve("other-wal");
    Files.move(node.resolve("wal"), mine);
    copy(folder.resolve("old/n1/wal"), node.resolve("wal"));
    Command.Done up = command("other").run("up");
    assertThat(up.code()).isEqualTo(ExitCode.FAILED);
    assertThat(up.err()).contains("it belongs to log");
  }

  /** A client with one cluster's id and keys, at the other's addresses. */
  private static void refused(String keys, String at) throws Exception {
    ClusterAddress one = ClusterAddress.ofFolder(folder.resolve(keys));
    ClusterAddress other = ClusterAddress.ofFolder(folder.resolve(at));
    ClusterAddress.Node target = other.nodes().getFirst();
    for (Path socket : List.of(target.socket(), folder.resolve("no-socket"))) {
      ClusterAddress mixed =
          new ClusterAddress(
              one.cluster(),
              List.of(new ClusterAddress.Node(new NodeId(1), target.address(), socket)),
              one.credentials());
      ClientOptions options = ClientOptions.DEFAULT.within(Duration.ofSeconds(3));
      try (Volvox volvox = Volvox.connect(mixed, options)) {
        assertThatThrownBy(() -> volvox.files().stat("/d")).isInstanceOf(VolvoxException.class);
      }
    }
  }

  @Test
  void whatIsWrongIsSaidAndLeavesNothing() throws Exception {
    Path file = folder.resolve("b-errors");
    done("old", "backup", file.toString());
    Command.Done again = command("old").run("backup", file.toString());
    assertThat(again.code()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains("is there already").contains("Name another file");
    assertThat(command("old").run("backup", folder.resolve("no/b").toString()).err())
        .contains("no folder")
        .contains("Make it first");
    Command.Done over = command("old").run("restore", file.toString());
    assertThat(over.code()).isEqualTo(ExitCode.FAILED);
    assertThat(over.err()).contains("there is a cluster in").contains("--dir NEW");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Path hurt = Files.write(folder.resolve("b-hurt"), bytes);
    Command.Done damaged = command("none").run("restore", hurt.toString());
    assertThat(damaged.code()).isEqualTo(ExitCode.FAILED);
    assertThat(damaged.err()).contains("is damaged at byte").contains("Nothing is left");
    assertThat(folder.resolve("none")).doesNotExist();
    assertThat(command("none").run("backup", "--verify", hurt.toString()).err())
        .contains("is damaged at byte");
    Path occupied = Files.createDirectory(folder.resolve("occupied"));
    Files.writeString(occupied.resolve("mine"), "mine");
    Command.Done full = command("occupied").run("restore", file.toString());
    assertThat(full.err()).contains("is not empty");
    assertThat(names(occupied)).containsExactly("mine");
    assertThat(command("none").run("restore", file.toString(), "--nodes", "8").code())
        .isEqualTo(ExitCode.WRONG_COMMAND_LINE);
    assertThat(command("none").run("restore", folder.resolve("no").toString()).err())
        .contains("there is no file");
    Path other = Files.writeString(folder.resolve("text"), "x");
    assertThat(command("none").run("backup", "--verify", other.toString()).err())
        .contains("is no backup");
  }

  private static void write(
      Volvox volvox, String prefix, AtomicInteger acknowledged, AtomicBoolean over) {
    try {
      while (!over.get()) {
        volvox.files().mkdir(prefix + acknowledged.get(), false);
        acknowledged.incrementAndGet();
      }
    } catch (VolvoxException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Command command(String cluster) {
    return new Command(Map.of("VOLVOX_DIR", folder.resolve(cluster).toString()));
  }

  private static Command.Done done(String cluster, String... args) {
    Command.Done done = command(cluster).run(args);
    assertThat(done.code()).as(done.err()).isZero();
    return done;
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    Prng prng = new Prng(size);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) prng.nextInt();
    }
    return bytes;
  }

  private static Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(each -> String.valueOf(each.getFileName())).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path each : files.toList()) {
        Files.copy(each, to.resolve(String.valueOf(each.getFileName())));
      }
    }
  }
}
