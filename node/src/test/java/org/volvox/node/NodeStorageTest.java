package org.volvox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.node.folder.FolderException;
import org.volvox.node.folder.NodeFolder;

class NodeStorageTest {
  @TempDir Path temporary = Path.of("");

  @Test
  void refusesToGoOnWithoutTheLogItHad() throws Exception {
    Path cluster = temporary.resolve("c");
    ClusterFolder.create(cluster, ClusterFolder.localAddresses(1));
    Path node = cluster.resolve("n1");
    openAndClose(node);
    openAndClose(node);
    try (Stream<Path> files = Files.list(node.resolve("wal"))) {
      List<Path> segments = files.toList();
      assertThat(segments).isNotEmpty();
      for (Path segment : segments) {
        Files.delete(segment);
      }
    }
    assertThatThrownBy(() -> openAndClose(node))
        .isInstanceOf(FolderException.class)
        .hasMessageContaining("wal is gone")
        .hasMessageContaining("put a new node in its place: volvox node replace n1");
  }

  private static void openAndClose(Path node) throws Exception {
    List<Node.Closing> closings = new ArrayList<>();
    try (NodeFolder folder = NodeFolder.open(node)) {
      assertThat(NodeStorage.open(folder, closings::add).log().groups()).isEmpty();
    } finally {
      for (Node.Closing closing : closings.reversed()) {
        closing.action().close();
      }
    }
  }
}
