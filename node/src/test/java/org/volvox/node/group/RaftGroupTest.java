package org.volvox.node.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.Ratio;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Command;

/** The node's own Raft keeps the contract of a replicated log, and what it promises beside it. */
class RaftGroupTest extends ReplicatedLogContract {
  @TempDir Path own;

  @Override
  protected LoopbackCluster cluster(Path folder, int size, LogBounds bounds) throws Exception {
    return new RaftLoopback(folder, size, bounds, Optional.empty());
  }

  @Test
  void aLeaseAnswersUntilNobodyElseCanHaveBeenElectedYet() throws Exception {
    Optional<Ratio> drift = Optional.of(new Ratio(500, 1_000_000));
    try (RaftLoopback cluster = new RaftLoopback(own, 3, LogBounds.OF_NODE, drift)) {
      NodeId old = cluster.leader();
      for (int i = 0; i < 3; i++) {
        cluster.group(old).propose(command("k")).get(5, TimeUnit.SECONDS);
      }
      assertThat(cluster.group(old).read().get(5, TimeUnit.SECONDS))
          .isInstanceOf(ReadGate.Open.class);
      cluster.cut(old);
      NodeId next = cluster.leaderBut(Set.of(old));
      assertThat(cluster.group(old).read().get(10, TimeUnit.SECONDS))
          .isInstanceOf(ReadGate.Shut.class);
      assertThat(cluster.group(next).read().get(5, TimeUnit.SECONDS))
          .isInstanceOf(ReadGate.Open.class);
    }
  }

  private static Bytes command(String body) {
    return new Command(0, SessionId.NONE, 0, 0, "user:test", 1, Bytes.utf8(body)).encode();
  }
}
