package org.volvox.node.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.NodeId;

class AccessTokenTest {
  @TempDir Path temp;

  private ClusterFolder cluster() throws FolderException {
    return ClusterFolder.create(temp.resolve("c"), ClusterFolder.localAddresses(2));
  }

  private String digest(NodeId node) throws Exception {
    return Files.readString(temp.resolve("c/" + node + "/token.sha256")).strip();
  }

  private static String sha(String text) throws Exception {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8));
  }

  @Test
  void aClusterIsMadeWithOneThatNodesKnowByItsDigest() throws Exception {
    ClusterFolder folder = cluster();
    Path client = folder.path().resolve("client");
    String token = AccessToken.read(client).orElseThrow();
    assertThat(token).matches("[A-Za-z0-9_-]{43}");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(client.resolve("token"))))
        .isEqualTo("rw-------");
    for (NodeId node : folder.config().nodes()) {
      assertThat(digest(node)).isEqualTo(sha(token));
    }
    assertThat(ClusterFolder.create(temp.resolve("d"), ClusterFolder.localAddresses(1)).path())
        .satisfies(other ->
            assertThat(AccessToken.read(other.resolve("client")).orElseThrow())
                .isNotEqualTo(token));
  }

  @Test
  void anOldClusterGetsOneAndAChangedOneHolds() throws Exception {
    ClusterFolder folder = cluster();
    Path client = folder.path().resolve("client");
    NodeId one = new NodeId(1);
    Files.delete(client.resolve("token"));
    Files.delete(folder.nodeFolder(one).resolve("token.sha256"));
    assertThat(AccessToken.read(client)).isEmpty();
    folder.acceptToken(one);
    assertThat(digest(one)).isEqualTo(sha(AccessToken.read(client).orElseThrow()));
    Files.writeString(client.resolve("token"), "another\n");
    folder.acceptToken(one);
    assertThat(digest(one)).isEqualTo(sha("another"));
  }
}
