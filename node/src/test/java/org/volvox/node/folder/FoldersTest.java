package org.volvox.node.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.node.folder.FolderException.Kind;

class FoldersTest {
  @TempDir Path temporary;

  @Test
  void aClusterIsFoundAgainAsItWasMade() throws FolderException {
    ClusterFolder made = make(temporary.resolve("c"));
    ClusterFolder found = ClusterFolder.open(temporary.resolve("c"));
    assertThat(found.config()).isEqualTo(made.config());
    assertThat(found.config().local()).isTrue();
    assertThat(found.config().nodes()).containsExactly(new NodeId(1), new NodeId(2));
  }

  @Test
  void allIsForItsOwnerOnly() throws FolderException, IOException {
    Path folder = make(temporary.resolve("c")).path();
    for (String path : List.of("", "n1", "n1/wal", "n1/tls", "ca", "client")) {
      assertThat(Files.getPosixFilePermissions(folder.resolve(path)))
          .as(path)
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
    for (String path : List.of("cluster.json", "n1/meta", "n1/node.json", "client/key.pem")) {
      assertThat(Files.getPosixFilePermissions(folder.resolve(path)))
          .as(path)
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void eachStartCountsTheIncarnationUp() throws FolderException {
    Path folder = make(temporary.resolve("c")).nodeFolder(new NodeId(2));
    for (long start = 1; start <= 3; start++) {
      try (NodeFolder node = NodeFolder.open(folder)) {
        assertThat(node.incarnation()).isEqualTo(start);
        assertThat(node.node()).isEqualTo(new NodeId(2));
      }
    }
  }

  @Test
  void aFolderInUseIsNotOpenedTwice() throws FolderException {
    Path folder = make(temporary.resolve("c")).nodeFolder(new NodeId(1));
    try (NodeFolder first = NodeFolder.open(folder)) {
      assertRefused(folder, Kind.LOCKED, "in use by a running node (process ");
      assertThat(first.incarnation()).isEqualTo(1);
    }
    NodeFolder.open(folder).close();
  }

  @Test
  void aWipedFolderDoesNotStart() throws FolderException, IOException {
    Path folder = make(temporary.resolve("c")).nodeFolder(new NodeId(1));
    Files.delete(folder.resolve("meta"));
    assertRefused(folder, Kind.META_MISSING, "wiped");
    assertThat(folder.resolve("LOCK")).doesNotExist();
  }

  @Test
  void aFolderWithoutItsLogDoesNotStart() throws FolderException, IOException {
    Path folder = make(temporary.resolve("c")).nodeFolder(new NodeId(1));
    Files.delete(folder.resolve("wal"));
    assertRefused(folder, Kind.META_MISSING, "lost its log");
  }

  @Test
  void aFolderOfANewerVersionStaysAsItIs() throws FolderException, IOException {
    Path folder = make(temporary.resolve("c")).nodeFolder(new NodeId(1));
    NodeMeta newer = new NodeMeta(2, new ClusterId(7), new NodeId(1), 5);
    byte[] bytes = newer.encode().toArray();
    Files.write(folder.resolve("meta"), bytes);
    assertRefused(folder, Kind.NEWER_VERSION, "format 2, this Volvox reads 1");
    assertThat(Files.readAllBytes(folder.resolve("meta"))).isEqualTo(bytes);
  }

  @Test
  void aClusterOfANewerVersionIsNotRead() throws FolderException, IOException {
    Path folder = make(temporary.resolve("c")).path();
    Files.writeString(folder.resolve("cluster.json"), "{\"format\": 2, \"more\": [1]}");
    assertThatThrownBy(() -> ClusterFolder.open(folder))
        .isInstanceOf(FolderException.class)
        .hasMessageContaining("format 2");
  }

  @Test
  void damageIsSaidAndNotRepaired() throws FolderException, IOException {
    Path folder = make(temporary.resolve("c")).nodeFolder(new NodeId(1));
    byte[] meta = Files.readAllBytes(folder.resolve("meta"));
    meta[12] ^= 1;
    Files.write(folder.resolve("meta"), meta);
    assertRefused(folder, Kind.DAMAGED, "checksum");
    Files.writeString(folder.resolve("meta"), "nonsense");
    assertRefused(folder, Kind.DAMAGED, "damaged");
  }

  @Test
  void anotherNodesConfigurationIsNoticed() throws FolderException, IOException {
    ClusterFolder cluster = make(temporary.resolve("c"));
    Path folder = cluster.nodeFolder(new NodeId(1));
    Files.copy(
        cluster.nodeFolder(new NodeId(2)).resolve("node.json"),
        folder.resolve("node.json"),
        StandardCopyOption.REPLACE_EXISTING);
    assertRefused(folder, Kind.DAMAGED, "do not name the same node");
  }

  @Test
  void aFileIsNoFolder() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");
    assertRefused(file, Kind.NOT_A_FOLDER, "is not a folder");
    assertRefused(temporary.resolve("none"), Kind.MISSING, "no node folder");
    assertThatThrownBy(() -> make(file)).hasMessageContaining("is not a folder");
    assertThatThrownBy(() -> ClusterFolder.open(file)).hasMessageContaining("is not a folder");
    assertThatThrownBy(() -> ClusterFolder.open(temporary)).hasMessageContaining("no cluster in");
  }

  @Test
  void aClusterIsNotMadeOverAnother() throws FolderException, IOException {
    Path folder = make(temporary.resolve("c")).path();
    assertThatThrownBy(() -> make(folder)).hasMessageContaining("there is a cluster");
    Files.delete(folder.resolve("cluster.json"));
    assertThatThrownBy(() -> make(folder)).hasMessageContaining("parts of a cluster");
  }

  @Test
  void localAddressesLieInOneLoopbackNet() {
    List<InetSocketAddress> addresses = ClusterFolder.localAddresses(3);
    String first = addresses.getFirst().getHostString();
    assertThat(first).matches("127\\.\\d+\\.\\d+\\.1");
    assertThat(addresses.get(2).getHostString())
        .isEqualTo(first.substring(0, first.length() - 1) + "3");
  }

  @Test
  void theClockFileKeepsItsReservation() throws IOException, FolderException {
    ClockFile file = new ClockFile(temporary.resolve("clock"));
    assertThatThrownBy(file::read).hasMessageContaining("is missing");
    file.write(new ClockFile.Reserved(7, 9));
    assertThat(file.read()).isEqualTo(new ClockFile.Reserved(7, 9));
    byte[] bytes = Files.readAllBytes(temporary.resolve("clock"));
    bytes[3] ^= 1;
    Files.write(temporary.resolve("clock"), bytes);
    assertThatThrownBy(file::read).hasMessageContaining("damaged");
  }

  private static ClusterFolder make(Path folder) throws FolderException {
    return ClusterFolder.create(folder, ClusterFolder.localAddresses(2));
  }

  private static void assertRefused(Path folder, Kind kind, String message) {
    assertThatThrownBy(() -> NodeFolder.open(folder).close())
        .isInstanceOfSatisfying(FolderException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(message);
  }
}
