package org.volvox.verify.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.verify.process.Waits;

/** Each Java peer as the race starts it: three processes that answer, and end when it is closed. */
final class RacePeersTest {
  private static final byte[] VALUE = new byte[256];
  private static final Duration END = Duration.ofSeconds(10);

  @TempDir private Path folder;

  private static void answersAndEnds(RaceSystem system, int processes)
      throws IOException, InterruptedException {
    List<Long> servers = system.servers();
    try (system) {
      assertThat(servers).hasSize(processes);
      for (int number = 0; number < 4; number++) {
        RaceSystem.Client client = system.connect(number, VALUE);
        client.write();
        client.read();
      }
      assertThat(CpuTime.micros(servers)).isPositive();
    }
    Waits.until(
        END,
        () -> servers.stream().noneMatch(RacePeersTest::isAlive),
        () -> "servers outlived their system: " + servers);
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  @Test
  void zooKeeperAnswersWritesAndReads() throws IOException, InterruptedException {
    answersAndEnds(new ZooKeeperSystem(folder.resolve("zookeeper")), 3);
  }

  @Test
  void ratisAnswersWritesAndReads() throws IOException, InterruptedException {
    answersAndEnds(new RatisSystem(folder.resolve("ratis")), 3);
  }

  @Test
  void jraftAnswersWritesAndReads() throws IOException, InterruptedException {
    answersAndEnds(new JRaftSystem(folder.resolve("jraft")), 3);
  }

  @Test
  void theLimitEchoes() throws IOException, InterruptedException {
    answersAndEnds(new EchoSystem(folder.resolve("echo")), 1);
  }

  @Test
  void aReadOfWhatNobodyWroteIsAFailure() throws IOException, InterruptedException {
    try (RaceSystem system = new RatisSystem(folder.resolve("ratis"))) {
      RaceSystem.Client client = system.connect(0, VALUE);
      assertThatThrownBy(client::read).hasMessageContaining("0 bytes read, 256 written");
    }
  }
}
