package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyRange;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.AvailableSpace;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeyChanges;
import org.volvox.client.keys.KeyCounter;
import org.volvox.client.keys.KeyLock;
import org.volvox.client.keys.KeyTransaction;
import org.volvox.client.keys.KeyWatch;
import org.volvox.client.keys.LeaderElection;
import org.volvox.client.keys.Presence;

/** Keys of three real nodes: by the command, in a split, and while nodes die. */
@Timeout(300)
class KeysTest {
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final int WORKERS = 6;
  private static final int ROUNDS = 8;

  @TempDir Path temp;
  private LocalCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new LocalCluster(temp.resolve("c"));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private Volvox connect() throws VolvoxException {
    return Volvox.connect(
        ClusterAddress.ofFolder(cluster.folder()), ClientOptions.DEFAULT.within(WITHIN));
  }

  private Volvox through(int node, Duration within) throws VolvoxException {
    return Volvox.connect(
        ClusterAddress.ofFolder(cluster.folder()),
        ClientOptions.DEFAULT.within(within).through(new NodeId(node)));
  }

  private String keys(String... words) {
    return outcome(words).expectOk(String.join(" ", words)).text();
  }

  private Outcome outcome(String... words) {
    List<String> all = new ArrayList<>(List.of("keys"));
    all.addAll(List.of(words));
    return cluster.command(all.toArray(String[]::new));
  }

  @Test
  void theCommandsOfAConsistentSpaceDoWhatTheySay() throws Exception {
    assertThat(keys("space", "create", "app", "--consistency", "consistent")).contains("created");
    Outcome again = outcome("space", "create", "app", "--consistency", "available");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.text()).contains("space app exists");
    keys("put", "app", "config/color", "blue");
    keys("put", "app", "config/size", "3");
    assertThat(keys("get", "app", "config/color")).isEqualTo("blue\n");
    assertThat(keys("range", "app", "config/")).isEqualTo("config/color\tblue\nconfig/size\t3\n");
    assertThat(keys("range", "app", "--count")).isEqualTo("2\n");
    keys("cas", "app", "config/color", "blue", "red");
    Outcome refused = outcome("cas", "app", "config/color", "blue", "green");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.text()).contains("has not the value blue");
    assertThat(keys("incr", "app", "n", "5")).isEqualTo("5\n");
    assertThat(keys("incr", "app", "n", "-7")).isEqualTo("-2\n");
    Path text = temp.resolve("text");
    Files.writeString(text, "if value n = -2\nthen put n 0\nthen get n\nelse get config/color\n");
    assertThat(keys("txn", "app", "-f", text.toString())).contains("put\nget\tn\t0\n");
    Outcome otherwise = outcome("txn", "app", "-f", text.toString());
    assertThat(otherwise.code()).isEqualTo(1);
    assertThat(otherwise.text()).contains("get\tconfig/color\tred\n");
    assertThat(keys("watch", "app", "config/color", "--from", "1", "--count", "2"))
        .contains("2\tput\tconfig/color\tblue\n4\tput\tconfig/color\tred\n");
    assertThat(keys("get", "app", "config/color", "--revision", "2")).isEqualTo("blue\n");
    keys("compact", "app", "3");
    Outcome compacted = outcome("watch", "app", "--from", "1", "--count", "1");
    assertThat(compacted.code()).isEqualTo(1);
    assertThat(compacted.text()).contains("go on from revision 4");
    assertThat(keys("del", "app", "config/", "--prefix")).isEqualTo("2\n");
    assertThat(outcome("get", "app", "config/color").code()).isEqualTo(1);
    assertThat(outcome("add", "app", "set", "x").text()).contains("is for a space that is avail");
    assertThat(keys("space", "describe", "app")).contains("app is consistent", "holds");
    keys("space", "remove", "app");
    assertThat(outcome("get", "app", "n").text()).contains("space app");
  }

  @Test
  void aLockRunsOneCommandAtATimeWithATokenThatGrows() throws Exception {
    keys("space", "create", "app", "--consistency", "consistent");
    Path log = temp.resolve("log");
    String script = "echo $VOLVOX_LOCK_TOKEN begins >> " + log + "; sleep 1; echo ends >> " + log;
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(callers.submit(() -> locked("sh", "-c", script)));
      }
      for (Future<Outcome> each : all) {
        each.get().expectOk("lock");
      }
    }
    List<String> lines = Files.readAllLines(log);
    assertThat(lines).hasSize(6);
    long before = 0;
    for (int i = 0; i < 6; i += 2) {
      assertThat(lines.get(i)).endsWith("begins");
      assertThat(lines.get(i + 1)).isEqualTo("ends");
      long token = Long.parseLong(lines.get(i).split(" ", -1)[0]);
      assertThat(token).isGreaterThan(before);
      before = token;
    }
    assertThat(locked("sh", "-c", "exit 7").code()).isEqualTo(7);
    assertThat(keys("range", "app", "job/", "--count")).as("let go at once").isEqualTo("0\n");
  }

  private Outcome locked(String... command) {
    List<String> words =
        new ArrayList<>(
            List.of("keys", "lock", "app", "job", "--dir", cluster.folder().toString(), "--"));
    words.addAll(List.of(command));
    return Programs.run(WITHIN, Programs.volvox(words.toArray(String[]::new)));
  }

  @Test
  void dataThatMergesIsReadAndWrittenOnBothSidesOfASplit() throws Exception {
    keys("space", "create", "likes", "--consistency", "available");
    assertThat(keys("incr", "likes", "page")).isEqualTo("1\n");
    keys("put", "likes", "title", "before");
    keys("add", "likes", "tags", "red");
    awaitAt(3, "members", "red");
    cluster.command("net", "cut", "n3").expectOk("cut");
    keys("incr", "likes", "page", "10", "--node", "n1");
    keys("incr", "likes", "page", "100", "--node", "n3");
    keys("put", "likes", "title", "majority", "--node", "n1");
    keys("put", "likes", "title", "minority", "--node", "n3");
    keys("remove", "likes", "tags", "red", "--node", "n1");
    keys("add", "likes", "tags", "red", "--node", "n3");
    assertThat(keys("get", "likes", "title", "--node", "n3")).contains("minority");
    cluster.command("net", "heal").expectOk("heal");
    Waits.until(
        WITHIN,
        () -> keys("incr", "likes", "page", "0", "--node", "n2").contains("111"),
        () -> keys("incr", "likes", "page", "0", "--node", "n2"));
    awaitAt(1, "members", "red");
    Waits.until(
        WITHIN,
        () -> keys("get", "likes", "title", "--all", "--node", "n1").contains("minority"),
        () -> keys("get", "likes", "title", "--all", "--node", "n1"));
    assertThat(keys("get", "likes", "title", "--all", "--node", "n1"))
        .contains("majority", "minority");
    assertThat(keys("get", "likes", "title", "--node", "n2")).isEqualTo("minority\n");
    assertThat(keys("flag", "likes", "f", "on") + keys("flag", "likes", "f", "show"))
        .isEqualTo("on\n");
    keys("field", "put", "likes", "user", "name", "ada");
    assertThat(keys("field", "list", "likes", "user")).isEqualTo("name\tada\n");
    assertThat(outcome("cas", "likes", "title", "a", "b").text()).contains("likes is available");
  }

  private void awaitAt(int node, String action, String element) {
    String through = "n" + node;
    Waits.until(
        WITHIN,
        () -> keys(action, "likes", "tags", "--node", through).contains(element),
        () -> keys(action, "likes", "tags", "--node", through));
  }

  @Test
  void aProgramSeesWhatItWroteAtWhateverNodeItEntersNext() throws Exception {
    try (Volvox volvox = connect()) {
      var _ = volvox.keys().create("likes", Consistency.AVAILABLE);
      AvailableSpace space = volvox.keys().available("likes");
      for (int i = 0; i < ROUNDS; i++) {
        space.register("x").put(Integer.toString(i));
        assertThat(space.register("x").get().value()).contains(text(i));
        if (i == ROUNDS / 2) {
          cluster.command("node", "kill", "n1").expectOk("kill");
        }
      }
      cluster.command("node", "start", "n1").expectOk("start");
      assertThat(space.register("x").get().value()).contains(text(ROUNDS - 1));
    }
  }

  @Test
  void theMinorityOfASplitWritesAvailableKeysAndNoConsistentOnes() throws Exception {
    keys("space", "create", "app", "--consistency", "consistent");
    keys("space", "create", "likes", "--consistency", "available");
    try (Volvox three = through(3, Duration.ofSeconds(4))) {
      ConsistentSpace app = three.keys().consistent("app");
      cluster.command("net", "cut", "n3").expectOk("cut");
      assertThatThrownBy(() -> app.put("a", "1"))
          .isInstanceOfSatisfying(
              VolvoxException.class,
              e -> assertThat(e.isNothingWritten()).as(e.kind() + ": " + e).isTrue());
      AvailableSpace likes = three.keys().available("likes");
      likes.register("a").put("1");
      Waits.until(WITHIN, () -> isMissing(likes), () -> "n3 says that it hears all");
      cluster.command("net", "heal").expectOk("heal");
    }
  }

  private static boolean isMissing(AvailableSpace space) {
    try {
      return space.register("a").get().silent().size() == 2;
    } catch (VolvoxException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aWatchMissesNothingWhileEachNodeIsKilledOnce() throws Exception {
    keys("space", "create", "app", "--consistency", "consistent");
    try (Volvox watching = connect();
        Volvox writing = connect()) {
      ConsistentSpace space = writing.keys().consistent("app");
      try (KeyWatch watch =
          watching.keys().consistent("app").watch(KeyRange.prefix(Bytes.utf8("k")))) {
        long written = 0;
        for (int node = 1; node <= 3; node++) {
          cluster.command("node", "kill", "n" + node).expectOk("kill");
          for (int i = 0; i < ROUNDS; i++) {
            space
                .transaction()
                .then(
                    KeyTransaction.put("k/a", Long.toString(written)),
                    KeyTransaction.put("k/b", Long.toString(written)),
                    KeyTransaction.put("other", "x"))
                .commit();
            written++;
          }
          cluster.command("node", "start", "n" + node).expectOk("start");
        }
        long revision = 0;
        for (long next = 0; next < written; next++) {
          KeyChanges changes = watch.poll(WITHIN).orElseThrow();
          assertThat(changes.revision()).isGreaterThan(revision);
          revision = changes.revision();
          Bytes value = text(next);
          assertThat(changes.events())
              .hasSize(2)
              .allMatch(event -> event.row().value().equals(value));
        }
      }
    }
  }

  @Test
  void recipesKeepTheirWordWhileTheLeaderDies() throws Exception {
    keys("space", "create", "app", "--consistency", "consistent");
    try (Volvox volvox = connect();
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      ConsistentSpace space = volvox.keys().consistent("app");
      KeyLock lock = new KeyLock(space, "job");
      List<Future<Long>> all = new ArrayList<>();
      for (int worker = 0; worker < WORKERS; worker++) {
        all.add(workers.submit(() -> work(space, lock)));
      }
      cluster.command("node", "kill", "n1").expectOk("kill");
      long refused = 0;
      for (Future<Long> each : all) {
        refused += each.get();
      }
      cluster.command("node", "start", "n1").expectOk("start");
      long value = Long.parseLong(space.get("sum").orElseThrow().value().utf8());
      assertThat(value).isEqualTo((long) WORKERS * ROUNDS - refused);
      assertThat(refused).as("a lock lives for longer than an election").isZero();
    }
  }

  /** Adds to a sum by reading and writing, which only a lock makes right. */
  private static long work(ConsistentSpace space, KeyLock lock) throws Exception {
    long refused = 0;
    long before = 0;
    for (int i = 0; i < ROUNDS; i++) {
      try (KeyLock.Hold hold = lock.acquire()) {
        assertThat(hold.token()).isGreaterThan(before);
        before = hold.token();
        long sum = space.get("sum").map(row -> Long.parseLong(row.value().utf8())).orElse(0L);
        boolean isDone =
            space
                .transaction()
                .when(hold.stillHeld())
                .then(KeyTransaction.put("sum", Long.toString(sum + 1)))
                .commit()
                .succeeded();
        refused += isDone ? 0 : 1;
      }
    }
    return refused;
  }

  /** A program that is killed leaves its locks, its terms and its groups. */
  @Test
  void whoIsKilledIsGoneWithItsLease() throws Exception {
    keys("space", "create", "app", "--consistency", "consistent");
    List<String> line =
        Programs.volvox(
            "keys",
            "lock",
            "app",
            "job",
            "--dir",
            cluster.folder().toString(),
            "--",
            "sleep",
            "60");
    Process holder = new ProcessBuilder(line).redirectErrorStream(true).start();
    try (Volvox volvox = connect()) {
      ConsistentSpace space = volvox.keys().consistent("app");
      Waits.until(
          WITHIN,
          () -> keys("range", "app", "job/", "--count").equals("1\n"),
          () -> keys("range", "app", "job/"));
      holder.descendants().forEach(ProcessHandle::destroyForcibly);
      var _ = holder.destroyForcibly().waitFor();
      try (KeyLock.Hold hold = new KeyLock(space, "job").tryAcquire(WITHIN).orElseThrow()) {
        assertThat(hold.isHeld()).isTrue();
      }
      LeaderElection election = new LeaderElection(space, "boss");
      try (LeaderElection.Term term = election.campaign("ada")) {
        assertThat(election.leader().map(LeaderElection.Leader::token)).contains(term.token());
      }
      assertThat(election.leader()).isEmpty();
      Presence group = new Presence(space, "workers");
      try (Presence.Membership _ = group.join("ada", Bytes.EMPTY, WITHIN)) {
        assertThat(group.members().all()).hasSize(1);
      }
      assertThat(group.members().all()).isEmpty();
      assertThat(new KeyCounter(space, "n").add(3)).isEqualTo(3);
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void aLeaderlessSpaceIsServedWhileNobodyLeads() throws Exception {
    keys("space", "create", "reg", "--consistency", "leaderless");
    keys("put", "reg", "a", "1");
    cluster.command("net", "leaderless", "30s").expectOk("leaderless");
    Waits.until(
        WITHIN,
        () -> !cluster.command("nodes").text().contains("leader"),
        () -> cluster.command("nodes").text());
    keys("cas", "reg", "a", "1", "2");
    assertThat(keys("get", "reg", "a")).isEqualTo("2\n");
    assertThat(outcome("range", "reg").text()).contains("reg is leaderless");
    try (Volvox volvox = connect()) {
      var outcome =
          volvox
              .keys()
              .leaderless("reg")
              .compareAndSet("a", Optional.empty(), Optional.of(Bytes.utf8("3")));
      assertThat(outcome.isDone()).isFalse();
    }
    cluster.command("net", "heal").expectOk("heal");
  }

  private static Bytes text(long number) {
    return Bytes.utf8(Long.toString(number));
  }

  /** Text that is no text comes back as it was. */
  @Test
  void anyBytesAreAValue() throws IOException {
    keys("space", "create", "app", "--consistency", "consistent");
    Path file = Files.write(temp.resolve("bytes"), new byte[] {0, -1, 10});
    keys("put", "app", "bin", "--file", file.toString());
    assertThat(keys("range", "app", "bin")).isEqualTo("bin\t0x00ff0a\n");
    Path back = temp.resolve("back");
    keys("get", "app", "bin", "--file", back.toString());
    assertThat(Files.readAllBytes(back)).containsExactly(0, -1, 10);
  }
}
