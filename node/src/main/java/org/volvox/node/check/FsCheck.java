package org.volvox.node.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.volvox.base.BlockId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.BlockPage;
import org.volvox.base.syscall.DeadPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.Result;
import org.volvox.fs.Files;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;
import org.volvox.node.group.StateMark;
import org.volvox.storage.BlockCheck;
import org.volvox.storage.StoppedState;
import org.volvox.storage.StoreException;

/**
 * Reads all blocks and all of the state of a stopped node and compares them. The state may be
 * behind the log, by what was committed in the last seconds: what it does not know yet is told as
 * unreferenced, and what it does not know to be removed as missing.
 */
public final class FsCheck {
  private static final int PAGE = 1024;

  private FsCheck() {}

  /**
   * What was found.
   *
   * @param damaged those that the node shall hold and of which there is no whole record
   * @param stateDamage why the state cannot be read; then nothing is known of what should be here
   * @param state up to which entry of the log the state goes
   * @param missing what the node shall hold and has no record of
   * @param unreferenced whole blocks that no file refers to and that are not listed to be deleted
   */
  public record Report(
      NodeId node,
      int whole,
      long wholeBytes,
      List<Damaged> damaged,
      Optional<String> stateDamage,
      LogIndex state,
      List<BlockId> missing,
      List<BlockId> unreferenced) {
    public boolean isSound() {
      return damaged.isEmpty() && stateDamage.isEmpty() && missing.isEmpty();
    }
  }

  /** A damaged block and where its record is. */
  public record Damaged(BlockId block, String segment, long offset) {}

  /** Checks a node's folder; it must not run, and does not start meanwhile. */
  public static Report run(Path folder) throws FolderException, IOException {
    try (NodeFolder.Stopped stopped = NodeFolder.look(folder)) {
      BlockCheck.Result blocks = BlockCheck.run(folder.resolve("blocks"));
      try (StoppedState state = StoppedState.open(folder.resolve("state"))) {
        Optional<String> damage = state.damage();
        return damage.isPresent()
            ? unknown(stopped.node(), blocks, damage.get())
            : compare(stopped.node(), blocks, state);
      } catch (StoreException damaged) {
        return unknown(stopped.node(), blocks, String.valueOf(damaged.getMessage()));
      }
    }
  }

  private static Report unknown(NodeId node, BlockCheck.Result blocks, String why) {
    return new Report(
        node,
        blocks.whole().size(),
        wholeBytes(blocks),
        damaged(blocks),
        Optional.of(why),
        LogIndex.ZERO,
        List.of(),
        List.of());
  }

  private static long wholeBytes(BlockCheck.Result blocks) {
    return blocks.whole().values().stream().mapToLong(BlockCheck.Place::length).sum();
  }

  private static List<Damaged> damaged(BlockCheck.Result blocks) {
    return blocks.damaged().entrySet().stream()
        .map(entry ->
            new Damaged(entry.getKey(), entry.getValue().segment(), entry.getValue().offset()))
        .toList();
  }

  private static Report compare(NodeId node, BlockCheck.Result blocks, StoppedState state) {
    try (OrderedStore.Snapshot view = state.snapshot()) {
      Set<BlockId> own = heldBy(node, view);
      Set<BlockId> known = new TreeSet<>(own);
      for (NodeId other : table(view).everyone()) {
        known.addAll(heldBy(other, view));
      }
      known.addAll(dead(view));
      List<BlockId> missing = new ArrayList<>(own);
      missing.removeIf(block -> isIn(blocks.whole(), block) || isIn(blocks.damaged(), block));
      List<BlockId> unreferenced = new ArrayList<>(blocks.whole().keySet());
      unreferenced.removeIf(known::contains);
      return new Report(
          node,
          blocks.whole().size(),
          wholeBytes(blocks),
          damaged(blocks).stream().filter(each -> own.contains(each.block())).toList(),
          Optional.empty(),
          StateMark.of(view).index(),
          missing,
          unreferenced);
    } catch (MalformedException e) {
      return unknown(node, blocks, "the state says what cannot be read: " + e.getMessage());
    }
  }

  private static boolean isIn(NavigableMap<BlockId, BlockCheck.Place> places, BlockId block) {
    return places.containsKey(block);
  }

  private static PlacementTable table(OrderedStore.Reader state) throws MalformedException {
    return PlacementTable.decode(ask(new FileAsk.Placement(), state).body());
  }

  private static Set<BlockId> heldBy(NodeId node, OrderedStore.Reader state)
      throws MalformedException {
    Set<BlockId> held = new TreeSet<>();
    Optional<BlockId> after = Optional.empty();
    boolean more = true;
    while (more) {
      BlockPage page = BlockPage.decode(ask(new FileAsk.HeldBy(node, after, PAGE), state).body());
      page.blocks().forEach(block -> held.add(block.block()));
      more = page.more() && !page.blocks().isEmpty();
      if (more) {
        after = Optional.of(page.blocks().getLast().block());
      }
    }
    return held;
  }

  private static Set<BlockId> dead(OrderedStore.Reader state) throws MalformedException {
    Set<BlockId> dead = new TreeSet<>();
    long through = 0;
    boolean more = true;
    while (more) {
      DeadPage page = DeadPage.decode(ask(new FileAsk.Dead(through, PAGE), state).body());
      page.blocks().forEach(block -> dead.add(block.block()));
      more = page.more() && !page.blocks().isEmpty();
      if (more) {
        through = page.blocks().getLast().number();
      }
    }
    return dead;
  }

  private static Result ask(FileAsk question, OrderedStore.Reader state) throws MalformedException {
    return Result.decode(new Files().query(question.type(), question.body(), state));
  }
}
