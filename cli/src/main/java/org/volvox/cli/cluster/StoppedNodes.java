package org.volvox.cli.cluster;

import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;

/** Which nodes of this machine a command looks at that wants them stopped. */
public final class StoppedNodes {
  private StoppedNodes() {}

  /**
   * The one that is named, or all that do not run.
   *
   * @param changes what changes under who reads it, if the named one runs
   */
  public static List<NodeId> of(LocalCluster local, Optional<NodeId> named, String changes) {
    if (named.isPresent()) {
      NodeId node = named.get();
      local.require(node);
      if (local.process(node).isPresent()) {
        throw new Failure(
            ExitCode.FAILED,
            node + " runs, and " + changes,
            "Stop it first: volvox node stop " + node);
      }
      return List.of(node);
    }
    List<NodeId> stopped =
        local.nodes().stream()
            .filter(node -> local.hasFolder(node) && local.process(node).isEmpty())
            .toList();
    if (stopped.isEmpty()) {
      throw new Failure(
          ExitCode.FAILED, "no node is stopped in " + local.path(), "Stop one: volvox node stop N");
    }
    return stopped;
  }
}
