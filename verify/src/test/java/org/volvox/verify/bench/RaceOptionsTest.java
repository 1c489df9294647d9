package org.volvox.verify.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a command line says of a race. */
final class RaceOptionsTest {
  @Test
  void wordsChangeWhatTheyNameAndNothingElse() {
    RaceOptions options =
        RaceOptions.DEFAULT.with(
            List.of("bench", "writes", "--systems", "volvox,etcd", "--clients", "1,8"));
    assertThat(options.systems()).containsExactly("volvox", "etcd");
    assertThat(options.clients()).containsExactly(1, 8);
    assertThat(options.bytes()).isEqualTo(RaceOptions.DEFAULT.bytes());
    assertThat(options.rounds()).isEqualTo(RaceOptions.DEFAULT.rounds());
  }

  @Test
  void timesAreSeconds() {
    RaceOptions options =
        RaceOptions.DEFAULT.with(List.of("--seconds", "2", "--warm-up", "5", "--rounds", "3"));
    assertThat(options.measured()).isEqualTo(Duration.ofSeconds(2));
    assertThat(options.warmUp()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.rounds()).isEqualTo(3);
  }

  @Test
  void aSystemThatIsNotThereIsRefusedWithThoseThatAre() {
    assertThatThrownBy(() -> RaceOptions.DEFAULT.with(List.of("--systems", "paxos")))
        .hasMessageContaining("--systems paxos")
        .hasMessageContaining("volvox,volvox-ratis,etcd,zookeeper,ratis,jraft,echo");
  }
}
