package org.volvox.node;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.volvox.node.process.AttachService;
import org.volvox.node.process.ProcessHost;
import org.volvox.node.process.Supervisor;

/** What runs programs here. */
record Programs(Supervisor supervisor, AttachService attach) {
  /** Half of the silence after which a leader declares this node's processes lost. */
  private static final Duration WARDEN_SILENCE = Duration.ofMillis(1500);

  /** As long as a client looks for another entry node before it gives up. */
  private static final Duration HANG_UP_AFTER = Duration.ofSeconds(30);

  static Programs start(ProcessBridge bridge, Path folder, Consumer<Node.Closing> closings)
      throws IOException {
    Supervisor started =
        Supervisor.start(bridge, folder, new ProcessHost.Patience(WARDEN_SILENCE, HANG_UP_AFTER));
    closings.accept(new Node.Closing("programs", started::close));
    return new Programs(started, new AttachService(started, bridge));
  }
}
