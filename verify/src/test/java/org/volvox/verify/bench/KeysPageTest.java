package org.volvox.verify.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page of key spaces says of figures, and how watchers are checked. */
final class KeysPageTest {
  private static Load.Sample sample(double perSecond, double p50Millis) {
    return new Load.Sample(perSecond, p50Millis, 2 * p50Millis, 4 * p50Millis, 100, 50, 0);
  }

  private static Fanout.Sample fanout(double p50Millis, long repeated, long lost) {
    return new Fanout.Sample(
        p50Millis, 2 * p50Millis, p50Millis / 2, 1000, 5000, 100, repeated, lost);
  }

  @Test
  void wordsChooseTheParts() {
    KeysOptions options =
        KeysOptions.DEFAULT.with(List.of("--parts", "get,growth", "--keys", "20000"));
    assertThat(options.parts()).containsExactly("get", "growth");
    assertThat(options.keys()).isEqualTo(20_000);
    assertThat(options.isRace()).isTrue();
    assertThat(options.has(KeysOptions.WATCH)).isFalse();
    assertThatThrownBy(() -> KeysOptions.DEFAULT.with(List.of("--parts", "delete")))
        .hasMessageContaining("put,get,watch,available,growth");
    assertThatThrownBy(() -> KeysOptions.DEFAULT.with(List.of("--keys", "9")))
        .hasMessageContaining("at least 10000");
  }

  @Test
  void aWatcherThatIsToldTwiceOrNotAtAllIsFound() throws Exception {
    Fanout.Arrivals arrivals = new Fanout.Arrivals();
    Fanout.Heard heard = new Fanout.Heard(arrivals, 7);
    arrivals.expect(3);
    for (long version : new long[] {8, 9, 9, 11}) heard.event(version);
    assertThat(arrivals.repeated()).isEqualTo(1);
    assertThat(heard.lost(11)).isEqualTo(1);
    assertThat(heard.lost(13)).isEqualTo(3);
    assertThat(arrivals.await(Duration.ZERO)).isPositive();
  }

  @Test
  void theRaceSaysWhetherItsGoalIsMetAtEachPoint() {
    RaceResults results =
        new RaceResults(
            List.of(
                new RaceResults.Runner("volvox", false), new RaceResults.Runner("etcd", false)));
    results.add(
        new RaceResults.Point(256, 1), Map.of("volvox", sample(300, 1), "etcd", sample(100, 3)));
    results.add(
        new RaceResults.Point(256, 64), Map.of("volvox", sample(150, 1), "etcd", sample(100, 3)));
    KeysPage page = new KeysPage();
    new KeysRace(Race.Kind.WRITES, RaceOptions.DEFAULT).tell(results, page);
    assertThat(page.verdict())
        .contains("put of 256 bytes, 1 clients, volvox / etcd: 3.00 (3.00 to 3.00); goal 2: met")
        .contains("put of 256 bytes, 64 clients, volvox / etcd: 1.50 (1.50 to 1.50); goal 2: miss");
    // 300 operations of 150 us are 45 ms of each second.
    assertThat(KeysRace.processors(sample(300, 1))).isEqualTo(0.045);
    assertThat(page.csv().lines()).hasSize(1 + 2 * 2 * 7);
  }

  @Test
  void thePageOfWatchesSaysWhatWasRepeatedAndLost() {
    KeysWatch watch = new KeysWatch(KeysOptions.DEFAULT, List.of("volvox", "etcd"));
    watch.add(10, Map.of("volvox", fanout(1, 0, 0), "etcd", fanout(2, 0, 0)));
    watch.add(10, Map.of("volvox", fanout(1, 0, 0), "etcd", fanout(4, 3, 2)));
    KeysPage page = new KeysPage();
    watch.tell(page);
    assertThat(page.verdict())
        .contains("volvox owed its watchers 2000 events of 200 puts, each exactly once")
        .contains("etcd owed its watchers 2000 events of 200 puts, 3 of them repeated")
        .contains("2 lost");
    assertThat(page.all())
        .contains("| 10 | etcd | 2.00 (2.00 to 4.00) | 0.25 (0.25 to 0.50; 0.25)");
  }

  @Test
  void figuresOfOneNodeAreMicroseconds(@TempDir Path folder) throws Exception {
    KeysAvailable available = new KeysAvailable(RaceOptions.DEFAULT);
    for (int threads : new int[] {1, 16}) {
      available.add(new KeysAvailable.Point("put", threads), sample(5000, 0.12));
      available.add(new KeysAvailable.Point("get", threads), sample(20_000, 0.04));
    }
    KeysPage page = new KeysPage();
    available.addSync(100);
    available.addSync(130);
    available.tell(page);
    assertThat(page.all())
        .contains("| put | 1 | 120 (120 to 120) | 240 |")
        .contains("| get | 16 | 40 (40 to 40) | 80 |")
        .contains("was 100 us (100 to 130)");
    assertThat(page.verdict()).contains("get of an available space at its own node, 1 threads");
    Path file = folder.resolve("plot.svg");
    available.plot().save(file);
    assertThat(Files.readString(file)).contains("16 threads", "get, p99");
  }

  @Test
  void growthIsTheLastWindowByTheFirst(@TempDir Path folder) throws Exception {
    KeysGrowth growth = new KeysGrowth(KeysOptions.DEFAULT);
    growth.add(new KeysGrowth.Window(1000, 9000, sample(1000, 1), sample(2000, 1)));
    growth.add(new KeysGrowth.Window(2000, 8000, sample(900, 1.5), sample(1000, 2)));
    KeysPage page = new KeysPage();
    growth.tell(page);
    assertThat(page.verdict())
        .contains("puts at 2000 keys by puts at 1000: rate 0.90, p50 1.50;")
        .contains("gets at 2000 keys by gets at 1000: rate 0.50, p50 2.00;")
        .contains("met", "missed");
    Path file = folder.resolve("plot.svg");
    RacePlot.save(growth.chart(), file);
    assertThat(Files.readString(file)).contains("<svg");
    assertThat(KeysGrowth.key(1)).isNotEqualTo(KeysGrowth.key(2));
    assertThat(KeysGrowth.key(7).length()).isEqualTo(100);
  }
}
