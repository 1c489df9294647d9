package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.volvox.base.NodeId;
import org.volvox.fs.WriteRoom.Disk;

class WriteRoomTest {
  private static final NodeId N1 = new NodeId(1);
  private static final NodeId N2 = new NodeId(2);
  private static final NodeId N3 = new NodeId(3);
  private static final List<NodeId> VOTERS = List.of(N1, N2, N3);
  private static final Disk ROOMY = new Disk(true, false, 1L << 30);
  private static final Disk FULL = new Disk(true, true, 60L << 20);
  private static final Disk DOWN = new Disk(false, false, 1L << 30);

  /** Three disks, each roomy, full or of a node that is down: 27 cases. */
  @Test
  void refusesWhenFullDisksKeepAQuorumFromHavingRoom() {
    int refused = 0;
    for (Disk first : List.of(ROOMY, FULL, DOWN)) {
      for (Disk second : List.of(ROOMY, FULL, DOWN)) {
        for (Disk third : List.of(ROOMY, FULL, DOWN)) {
          List<Disk> all = List.of(first, second, third);
          long roomy = all.stream().filter(ROOMY::equals).count();
          boolean isRefused = all.contains(FULL) && roomy < 2;
          assertThat(of(first, second, third).refusal().isPresent()).isEqualTo(isRefused);
          refused += isRefused ? 1 : 0;
        }
      }
    }
    assertThat(refused).isEqualTo(16);
  }

  @Test
  void saysWhoIsFullAndHowMuchIsLeft() {
    assertThat(of(ROOMY, FULL, new Disk(true, true, 5L << 20)).refusal())
        .contains(
            "no room on the disk of n2 (60 MB left) and n3 (5 MB left), and 2 of 3 must have some");
  }

  @Test
  void anUnknownDiskIsNotAFullOne() {
    assertThat(new WriteRoom(VOTERS, Map.of(N1, ROOMY)).refusal()).isEmpty();
    assertThat(new WriteRoom(VOTERS, Map.of(N1, ROOMY, N2, FULL)).refusal()).isPresent();
    assertThat(new WriteRoom(List.of(), Map.of()).refusal()).isEqualTo(Optional.empty());
  }

  private static WriteRoom of(Disk first, Disk second, Disk third) {
    Map<NodeId, Disk> known = new TreeMap<>();
    known.put(N1, first);
    known.put(N2, second);
    known.put(N3, third);
    return new WriteRoom(VOTERS, known);
  }
}
