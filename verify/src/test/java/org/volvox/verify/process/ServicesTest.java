package org.volvox.verify.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.InstanceId;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.message.NodeStatus;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.client.service.Directory;

/** The directory of services on three real nodes, while programs and leaders die. */
@Timeout(120)
class ServicesTest {
  private static final Duration WITHIN = Duration.ofSeconds(10);

  /** The life of a lease, and what the leader needs to see that it is over. */
  private static final Duration GONE_WITHIN = Duration.ofSeconds(6);

  @TempDir static Path temp;
  private static LocalCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new LocalCluster(temp.resolve("c"));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Volvox connect() throws VolvoxException {
    return Volvox.connect(cluster.folder());
  }

  private static Volvox through(int node) throws VolvoxException {
    return Volvox.connect(
        ClusterAddress.ofFolder(cluster.folder()), ClientOptions.DEFAULT.through(new NodeId(node)));
  }

  private static ServiceCall.Bind bind(ServiceName name, InstanceId instance) {
    return new ServiceCall.Bind(name, instance, "Calc", 5, List.of("tls:localhost:1"), "here");
  }

  /** What a watch told, in short: + or ~ or - and the instance's number. */
  private static final class Heard {
    private final List<String> told = new CopyOnWriteArrayList<>();

    void on(Directory.Change change) {
      told.add(
          switch (change) {
            case Directory.Change.Added(var row) -> "+" + row.instance().low();
            case Directory.Change.Updated(var row) -> "~" + row.instance().low();
            case Directory.Change.Removed(var row) -> "-" + row.instance().low();
            case Directory.Change.Complete() -> "all";
          });
    }

    void await(Duration within, String... expected) {
      Waits.until(within, () -> told.equals(List.of(expected)), told::toString);
    }
  }

  @Test
  void whatTwoBindBothSeeAndClosingUnbindsAtOnce() throws Exception {
    ServiceName name = ServiceName.of("two/Calc");
    InstanceId first = new InstanceId(1, 1);
    InstanceId second = new InstanceId(1, 2);
    Heard heard = new Heard();
    try (Volvox one = through(1);
        Volvox two = through(2);
        Directory ones = one.services().directory();
        Directory.Watch watch = ones.watch("/services/two/", heard::on)) {
      try (Directory twos = two.services().directory()) {
        heard.await(WITHIN, "all");
        ones.bind(bind(name, first));
        heard.await(WITHIN, "all", "+1");
        twos.bind(bind(name, second));
        for (Directory each : List.of(ones, twos)) {
          assertThat(each.fresh(name))
              .extracting(ServiceRow::instance)
              .containsExactly(first, second);
          assertThat(each.all("/services/two/")).hasSize(2);
        }
        assertThat(twos.instances(name)).hasSize(2);
        heard.await(WITHIN, "all", "+1", "+2");
        assertThat(watch.age()).isLessThan(Duration.ofSeconds(3));
        twos.health(second, false, "no\ndisk");
        heard.await(WITHIN, "all", "+1", "+2", "~2");
        assertThat(ones.instances(name).getLast().healthText()).isEqualTo("no disk");
        ones.unbind(first);
        ones.unbind(second); // Another's: nothing happens.
        heard.await(WITHIN, "all", "+1", "+2", "~2", "-1");
      }
      heard.await(Duration.ofSeconds(2), "all", "+1", "+2", "~2", "-1", "-2");
      assertThat(ones.fresh(name)).isEmpty();
    }
    assertThat(cluster.command("events").text())
        .contains("/services/two/Calc offered by here")
        .contains("unbound");
  }

  @Test
  void whatAKilledProgramBoundIsGoneWithinSeconds() throws Exception {
    ServiceName name = ServiceName.of("killed/Calc");
    InstanceId instance = new InstanceId(2, 7);
    Heard heard = new Heard();
    Process holder =
        Programs.start(
            Programs.java(
                ServiceHolder.class.getName(),
                cluster.folder().toString(),
                name.path(),
                instance.toString()),
            Files.createFile(temp.resolve("holder.out")));
    try (Volvox volvox = connect();
        Directory directory = volvox.services().directory();
        Directory.Watch watch = directory.watch("/services/killed/", heard::on)) {
      Waits.until(
          WITHIN.multipliedBy(2), () -> heard.told.contains("+7"), () -> heard.told.toString());
      long killed = System.nanoTime();
      holder.destroyForcibly().waitFor();
      Waits.until(GONE_WITHIN, () -> heard.told.contains("-7"), () -> heard.told.toString());
      Duration took = Duration.ofNanos(System.nanoTime() - killed);
      System.out.println("a killed program's service was gone after " + took.toMillis() + " ms");
      assertThat(directory.fresh(name)).isEmpty();
      assertThat(directory.instances(name)).isEmpty();
      assertThat(heard.told).filteredOn(each -> !each.equals("all")).containsExactly("+7", "-7");
      assertThat(watch.age()).isLessThan(Duration.ofSeconds(3));
    } finally {
      holder.destroyForcibly();
    }
    assertThat(cluster.command("events").text()).contains("ended with session");
  }

  @Test
  void aLeaseAndAWatchOutliveTheLeader() throws Exception {
    ServiceName name = ServiceName.of("led/Calc");
    List<Heard> hearing = new ArrayList<>();
    List<String> expected = new ArrayList<>(List.of("+0", "all"));
    try (Volvox volvox = connect();
        Volvox watching = connect();
        Directory directory = volvox.services().directory();
        Directory other = watching.services().directory();
        Several several = new Several(watching)) {
      directory.bind(bind(name, new InstanceId(3, 0)));
      SessionId session = directory.fresh(name).getFirst().session();
      List<Directory> all = new ArrayList<>(several.directories);
      all.add(directory);
      for (Directory each : all) {
        Heard heard = new Heard();
        hearing.add(heard);
        each.watch("/services/led/", heard::on);
        heard.await(WITHIN, "+0", "all");
      }
      NodeId leader = leader(watching).orElseThrow();
      cluster.command("node", "kill", leader.toString()).expectOk("kill");
      long from = System.nanoTime();
      for (int i = 1; i <= 20; i++) {
        directory.bind(bind(name, new InstanceId(3, i)));
        expected.add("+" + i);
      }
      cluster.command("node", "start", leader.toString()).expectOk("start");
      for (int i = 1; i <= 10; i++) {
        directory.unbind(new InstanceId(3, i));
        expected.add("-" + i);
      }
      Waits.until(
          GONE_WITHIN,
          () -> System.nanoTime() - from > GONE_WITHIN.minusSeconds(1).toNanos(),
          () -> "time stands still");
      for (Heard heard : hearing) {
        heard.await(WITHIN, expected.toArray(String[]::new));
      }
      assertThat(other.fresh(name))
          .hasSize(11)
          .allMatch(row -> row.session().equals(session), "of the first session");
      assertThat(other.instances(name)).isEqualTo(other.fresh(name));
    }
  }

  /** So many that some of them surely follow the leader that dies: each chooses its node. */
  private static final class Several implements AutoCloseable {
    private final List<Directory> directories = new ArrayList<>();

    Several(Volvox volvox) {
      for (int i = 0; i < 8; i++) {
        directories.add(volvox.services().directory());
      }
    }

    @Override
    public void close() {
      directories.forEach(Directory::close);
    }
  }

  private static Optional<NodeId> leader(Volvox volvox) throws Exception {
    for (int id = 1; id <= 3; id++) {
      Optional<NodeStatus> own = volvox.cluster().own(new NodeId(id));
      if (own.isPresent() && own.get().role() == NodeStatus.Role.LEADER) {
        return Optional.of(new NodeId(id));
      }
    }
    return Optional.empty();
  }

  @Test
  void aStalledProgramComesBackWithAllItBound() throws Exception {
    ServiceName name = ServiceName.of("stalled/Calc");
    InstanceId instance = new InstanceId(4, 9);
    Process holder =
        Programs.start(
            Programs.java(
                ServiceHolder.class.getName(),
                cluster.folder().toString(),
                name.path(),
                instance.toString()),
            Files.createFile(temp.resolve("stalled.out")));
    Heard heard = new Heard();
    try (Volvox volvox = connect();
        Directory directory = volvox.services().directory();
        Directory.Watch _ = directory.watch("/services/stalled/", heard::on);
        Signals signals = new Signals()) {
      Waits.until(
          WITHIN.multipliedBy(2), () -> heard.told.contains("+9"), () -> heard.told.toString());
      SessionId before = directory.fresh(name).getFirst().session();
      signals.send("STOP", holder.pid());
      Waits.until(GONE_WITHIN, () -> heard.told.contains("-9"), () -> heard.told.toString());
      signals.send("CONT", holder.pid());
      Waits.until(WITHIN, () -> heard.told.lastIndexOf("+9") > 1, () -> heard.told.toString());
      assertThat(directory.fresh(name).getFirst().session()).isNotEqualTo(before);
    } finally {
      holder.destroyForcibly();
    }
  }
}
