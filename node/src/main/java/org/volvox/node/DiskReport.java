package org.volvox.node;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.calls.message.DiskState;
import org.volvox.node.block.DamageLog;
import org.volvox.node.block.Scrub;

/** What the node tells of its disk in its status. */
record DiskReport(NodeStorage storage, Scrub scrub, DamageLog damage) {
  private static final Logger LOG = LoggerFactory.getLogger(DiskReport.class);

  DiskState now() {
    Scrub.Report report = scrub.report();
    long left = 0;
    boolean isFull = false;
    try {
      left = storage.room().leftBytes();
      isFull = storage.room().isFull();
    } catch (IOException e) {
      LOG.warn("the disk does not say how much room it has: {}", e.toString());
    }
    return new DiskState(
        left,
        storage.room().reserveBytes(),
        isFull,
        report.endMillis(),
        report.bytes(),
        report.passBytes(),
        storage.blocks().bytes(),
        damage.damaged(),
        damage.rewritten());
  }
}
