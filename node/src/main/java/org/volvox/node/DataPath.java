package org.volvox.node;

import java.time.Duration;
import java.util.function.Supplier;
import org.volvox.base.MemoryBudget;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;
import org.volvox.node.block.BlockReads;
import org.volvox.node.block.BlockService;
import org.volvox.node.block.BlockTransfer;
import org.volvox.node.block.CaughtUp;
import org.volvox.node.block.DamageLog;
import org.volvox.node.block.DiskLimits;
import org.volvox.node.block.Heat;
import org.volvox.node.block.PlacementCache;
import org.volvox.node.block.Repair;
import org.volvox.node.block.Scrub;
import org.volvox.node.event.Journal;
import org.volvox.node.serve.NodeCalls;
import org.volvox.node.serve.Peers;
import org.volvox.node.serve.QueryService;

/** A node's blocks: what serves them, and what keeps them whole. */
record DataPath(BlockService blocks, Repair repair, Scrub scrub, DamageLog damage) {
  /** A leader that is there answers far sooner. */
  private static final Duration FRESH_WITHIN = Duration.ofSeconds(2);

  /** What it stands on. */
  record Parts(
      NodeStorage storage,
      DiskLimits limits,
      Peers peers,
      QueryService queries,
      NodeCalls calls,
      Network network,
      Journal journal,
      MemoryBudget memory) {}

  /** How other nodes are reached, and the clock. */
  record Network(BlockTransfer.Opener opener, Peers.Asker asker, Supplier<MonoTime> clock) {}

  static DataPath of(NodeId self, Parts parts) {
    var here = parts.storage().blocks();
    CaughtUp caughtUp = new CaughtUp();
    Heat heat = new Heat(parts.peers(), parts.network().clock());
    PlacementCache placement = new PlacementCache(parts.queries());
    BlockTransfer transfer = new BlockTransfer(parts.network().opener());
    DamageLog damage = new DamageLog(parts.journal());
    BlockReads reads =
        new BlockReads(
            self, new BlockReads.Parts(here, placement, transfer, parts.peers(), damage));
    BlockService blocks =
        new BlockService(
            self,
            new BlockService.Parts(
                here,
                placement,
                transfer,
                parts.peers(),
                caughtUp,
                reads,
                heat,
                parts.journal(),
                parts.memory()));
    Repair repair =
        new Repair(
            self,
            new Repair.Parts(
                parts.calls(),
                here,
                reads,
                damage,
                caughtUp,
                () -> parts.queries().awaitCurrent(FRESH_WITHIN),
                heat,
                new Repair.Others(
                    parts.peers(),
                    parts.network().asker(),
                    parts.network().clock(),
                    parts.journal())));
    Scrub scrub =
        new Scrub(
            self,
            new Scrub.Parts(here, damage, blocks::served),
            parts.limits().scrubBytesPerSecond());
    return new DataPath(blocks, repair, scrub, damage);
  }

  DiskReport report(NodeStorage storage) {
    return new DiskReport(storage, scrub, damage);
  }

  void start() {
    repair.start();
    scrub.start();
  }

  void close() {
    scrub.close();
    repair.close();
  }
}
