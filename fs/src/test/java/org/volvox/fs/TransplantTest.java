package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileKind;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.PlacementTable;

/** What a backup needs of the file system, and what becomes of it in another cluster. */
class TransplantTest {
  private final Volume volume = new Volume();

  @BeforeEach
  void threeNodes() {
    volume.setNodes(Volume.NODES);
  }

  @Test
  void deletionsWaitWhileTheyAreHeld() {
    volume.upload("/a", 3);
    Volume.ok(volume.call(new FileCall.Remove("/a", false)));
    volume.wallMillis += FileLimits.GRACE_MILLIS;
    hold(Long.MAX_VALUE);
    hold(1); // A shorter one changes nothing.
    assertThat(volume.sweep(100)).isZero();
    assertThat(blocks()).hasSize(3);
    volume.wallMillis += FileLimits.HOLD_MILLIS_MAX - 1;
    assertThat(volume.sweep(100)).isZero();
    hold(-5);
    volume.wallMillis += 1;
    assertThat(volume.sweep(100)).isPositive();
    assertThat(blocks()).isEmpty();
  }

  @Test
  void findsTheBlocksAmongAllPairs() {
    volume.put("/small", "inline");
    volume.upload("/a", 3);
    assertThat(blocks()).isEqualTo(volume.heldBy(Volume.N1).blocks());
    assertThat(blocks()).extracting(HeldBlock::length).containsOnly(Volume.BLOCK);
  }

  @Test
  void findsTheNames() {
    volume.mkdir("/dir");
    volume.put("/dir/a", "inline");
    volume.upload("/b", 1);
    List<FileKind> kinds = new ArrayList<>();
    each((key, value) -> Transplant.named(key, value).ifPresent(kinds::add));
    assertThat(kinds).containsExactlyInAnyOrder(FileKind.DIRECTORY, FileKind.FILE, FileKind.FILE);
  }

  @Test
  void newNodesHoldAllAndOweNoDeletions() {
    volume.upload("/a", 3);
    volume.upload("/b", 2);
    Volume.ok(volume.call(new FileCall.Remove("/a", false)));
    volume.wallMillis += FileLimits.GRACE_MILLIS;
    volume.sweep(100);
    hold(1000);
    Volume.ok(volume.call(SessionId.NONE, new FileCall.DeadDone(Volume.N1, 2)));
    assertThat(volume.rows('z')).isPositive();
    List<NodeId> nodes = List.of(new NodeId(1), new NodeId(2));
    int steps = 1;
    try (OrderedStore.Batch batch = volume.store.batch()) {
      PlacementTable table = Transplant.place(nodes, batch);
      assertThat(table.nodes()).isEqualTo(nodes);
      while (Transplant.forgetDead(1, batch)) {
        steps++;
      }
      batch.commit();
    }
    assertThat(steps).isGreaterThan(3);
    assertThat(volume.rows('z')).isZero();
    assertThat(volume.rows('y')).isZero();
    assertThat(volume.rows('h')).isZero();
    assertThat(volume.table().nodes()).isEqualTo(nodes);
    for (NodeId node : nodes) {
      assertThat(volume.heldBy(node).blocks()).isEqualTo(blocks()).hasSize(2);
    }
    assertThat(volume.names("/")).containsExactly("b");
    volume.upload("/c", 1); // Ids go on, and new blocks find their places.
    assertThat(blocks()).hasSize(3);
  }

  @Test
  void theHoldHasItsForm() {
    FileCall hold = new FileCall.HoldDeletions(258);
    assertThat(hold.type()).isEqualTo(0x030f);
    assertThat(hold.body().hex()).isEqualTo("010000000000000102");
    assertThat(Volume.must(() -> FileCall.decode(hold.type(), hold.body()))).isEqualTo(hold);
  }

  private void hold(long millis) {
    Volume.ok(volume.call(new FileCall.HoldDeletions(millis)));
  }

  private List<HeldBlock> blocks() {
    List<HeldBlock> blocks = new ArrayList<>();
    each((key, value) -> Transplant.block(key, value).ifPresent(blocks::add));
    return blocks;
  }

  private void each(BiConsumer<Bytes, Bytes> visitor) {
    try (OrderedStore.Snapshot view = volume.store.snapshot()) {
      view.scan(
          Bytes.EMPTY,
          Bytes.wrap(new byte[] {1}),
          OrderedStore.Direction.ASCENDING,
          (key, value) -> {
            visitor.accept(key, value);
            return true;
          });
    }
  }
}
