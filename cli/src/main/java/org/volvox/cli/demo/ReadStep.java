package org.volvox.cli.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.cli.Human;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;

/** Step 2: reads it back through the other nodes and compares digests with the original's. */
final class ReadStep implements Step {
  @Override
  public String name() {
    return "read";
  }

  @Override
  public void run(Stage stage) throws IOException, InterruptedException, Wrong {
    NodeId n2 = stage.local().nodes().get(1);
    NodeId n3 = stage.local().nodes().get(2);
    for (NodeId entry : List.of(n2, n3)) {
      try (Volvox volvox = stage.through(entry)) {
        for (Material.Item item : stage.material().items()) {
          requireEqual(volvox, item, "through " + entry);
        }
      }
    }
    String sum = Human.digest(stage.material().largest().sha256());
    String files =
        stage.material().isFolder()
            ? "all " + stage.material().items().size() + " files = the originals"
            : "sha256 " + sum + " = the original";
    stage.talk().line("through " + n2 + " and " + n3 + " ... " + files);
    stage.talk().verified("sha256 through " + n2 + " and " + n3, sum);
  }

  /** Reads a file of the cluster to its end and compares what came with what was stored. */
  static void requireEqual(Volvox volvox, Material.Item item, String how)
      throws IOException, InterruptedException, Wrong {
    MessageDigest digest = Material.newDigest();
    try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      volvox.files().copy(item.path(), sink, Progress.NONE);
    }
    String sum = HexFormat.of().formatHex(digest.digest());
    Step.require(
        sum.equals(item.sha256()),
        item.path() + " read " + how + " has sha256 " + sum + ", the original " + item.sha256());
  }
}
