package org.volvox.cli.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.calls.message.EventMessage;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Processes;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.node.Node;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.node.folder.FolderException;

/**
 * What the build runs once to record the classes that every node loads: a whole cluster in this one
 * JVM elects a leader, stores a file in blocks, reads it and runs a program. {@code Training DIR
 * FILE}: DIR is made, FILE is stored.
 */
public final class Training {
  private static final int NODES = 3;

  private Training() {}

  public static void main(String[] args) throws IOException, FolderException, InterruptedException {
    Path dir = Path.of(args[0]);
    ClusterFolder folder = ClusterFolder.create(dir, ClusterFolder.localAddresses(NODES));
    List<Node> nodes = new ArrayList<>();
    for (NodeId id : folder.config().nodes()) {
      nodes.add(Node.start(folder.nodeFolder(id), Node.Options.DEFAULT));
    }
    for (NodeId id : folder.config().nodes()) {
      use(dir, Path.of(args[1]), id);
    }
    for (Node node : nodes) {
      node.stop();
    }
  }

  private static void use(Path dir, Path file, NodeId entry)
      throws IOException, InterruptedException {
    try (Volvox volvox =
        Volvox.connect(ClusterAddress.ofFolder(dir), ClientOptions.DEFAULT.through(entry))) {
      String path = "/" + entry;
      volvox.files().mkdir(path, false);
      var _ = volvox.files().write(path + "/small", Bytes.utf8("small"));
      var _ = volvox.files().put(file, path + "/big", Progress.NONE);
      var _ = volvox.files().copy(path + "/big", OutputStream.nullOutputStream(), Progress.NONE);
      var _ =
          volvox
              .processes()
              .spawn(
                  new Processes.Program(
                      List.of("cat"), Optional.of(path + "/small"), Optional.of(entry)))
              .attach(
                  Optional.empty(),
                  OutputStream.nullOutputStream(),
                  OutputStream.nullOutputStream());
      volvox.files().remove(path, true);
      volvox.cluster().events(EventMessage.Request.last(1), page -> true);
    }
  }
}
