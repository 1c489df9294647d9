package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.NodeId;
import org.volvox.fs.BlockCopies.Copy;
import org.volvox.fs.BlockCopies.Verdict;

class BlockCopiesTest {
  private static final List<NodeId> NODES = List.of(new NodeId(1), new NodeId(2), new NodeId(3));

  /** 64 of them: each of three nodes has the block, or a damaged one, or none, or says nothing. */
  @Test
  void everyCombinationOfThreeCopies() {
    int lost = 0;
    int repairable = 0;
    int unknown = 0;
    int sound = 0;
    for (Copy first : Copy.values()) {
      for (Copy second : Copy.values()) {
        for (Copy third : Copy.values()) {
          List<Copy> copies = List.of(first, second, third);
          Verdict verdict = of(copies).verdict();
          switch (verdict) {
            case Verdict.Sound() -> {
              sound++;
              assertThat(copies).contains(Copy.WHOLE).doesNotContain(Copy.DAMAGED, Copy.MISSING);
            }
            case Verdict.Repairable(var sources, var targets) -> {
              repairable++;
              assertThat(sources).isNotEmpty();
              assertThat(targets).isNotEmpty();
              sources.forEach(node -> assertThat(copy(copies, node)).isEqualTo(Copy.WHOLE));
              targets.forEach(
                  node -> assertThat(copy(copies, node)).isIn(Copy.DAMAGED, Copy.MISSING));
              assertRepairEndsSound(copies, targets);
            }
            case Verdict.Unknown(var silent) -> {
              unknown++;
              assertThat(copies).doesNotContain(Copy.WHOLE).contains(Copy.SILENT);
              silent.forEach(node -> assertThat(copy(copies, node)).isEqualTo(Copy.SILENT));
            }
            case Verdict.Lost() -> {
              lost++;
              assertThat(copies).doesNotContain(Copy.WHOLE, Copy.SILENT);
            }
          }
        }
      }
    }
    // 3 states without WHOLE: 27, of which 8 without SILENT; with WHOLE 37, of which 7 need
    // nothing.
    assertThat(List.of(sound, repairable, unknown, lost)).containsExactly(7, 30, 19, 8);
  }

  private static void assertRepairEndsSound(List<Copy> copies, List<NodeId> targets) {
    BlockCopies after = of(copies);
    targets.forEach(node -> after.add(node, Copy.WHOLE));
    assertThat(after.verdict()).isEqualTo(new Verdict.Sound());
  }

  @Test
  void saysWhoHasWhatAndWhatToDo() {
    assertThat(of(List.of(Copy.DAMAGED, Copy.MISSING, Copy.SILENT)).text())
        .isEqualTo("n1 has a damaged copy, n2 has none, n3 does not answer; start n3");
    assertThat(of(List.of(Copy.DAMAGED, Copy.MISSING, Copy.MISSING)).text())
        .isEqualTo("n1 has a damaged copy, n2 has none, n3 has none; it is lost but for a backup");
    assertThat(of(List.of(Copy.WHOLE, Copy.MISSING)).text()).isEqualTo("n1 has it, n2 has none");
    assertThat(of(List.of(Copy.WHOLE)).text()).isEqualTo("n1 has it");
    assertThat(new BlockCopies().text()).isEqualTo("no node could be asked");
  }

  @Test
  void theLastWordOfANodeCounts() {
    BlockCopies copies = of(List.of(Copy.DAMAGED));
    copies.add(NODES.getFirst(), Copy.WHOLE);
    assertThat(copies.verdict()).isEqualTo(new Verdict.Sound());
  }

  private static Copy copy(List<Copy> copies, NodeId node) {
    return copies.get(NODES.indexOf(node));
  }

  private static BlockCopies of(List<Copy> copies) {
    BlockCopies all = new BlockCopies();
    List<Copy> each = new ArrayList<>(copies);
    for (int i = 0; i < each.size(); i++) {
      all.add(NODES.get(i), each.get(i));
    }
    return all;
  }
}
