package org.volvox.node.duty;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.DeadBlock;
import org.volvox.base.syscall.DeadPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.calls.CallException;
import org.volvox.node.block.LocalBlocks;
import org.volvox.node.serve.NodeCalls;

/**
 * Deletes the blocks on the replicated list of the dead, and nothing else ever does; then says how
 * far this node is, so that the list can shrink.
 */
public final class BlockDeletion implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration CALL_WITHIN = Duration.ofSeconds(5);
  private static final int PAGE = 512;

  private final NodeId self;
  private final NodeCalls calls;
  private final LocalBlocks blocks;
  private final Ticker ticker;
  private long through;

  public BlockDeletion(
      NodeId self, NodeCalls calls, LocalBlocks blocks, Consumer<String> onFailure) {
    this.self = self;
    this.calls = calls;
    this.blocks = blocks;
    this.ticker = new Ticker(self + "-block-deletion", EVERY, this::turn, onFailure);
  }

  public void start() {
    ticker.start();
  }

  @Override
  public void close() {
    ticker.close();
  }

  private void turn() throws CallException, IOException, InterruptedException {
    boolean more = true;
    while (more) {
      DeadPage page =
          NodeCalls.body(calls.askHere(new FileAsk.Dead(through, PAGE)), DeadPage::decode);
      if (page.blocks().isEmpty()) {
        return;
      }
      for (DeadBlock dead : page.blocks()) {
        blocks.delete(dead.block());
      }
      long last = page.blocks().getLast().number();
      calls.call(new FileCall.DeadDone(self, last), CALL_WITHIN);
      through = last;
      more = page.more();
    }
  }
}
