package org.volvox.node.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.base.Ratio;

/** Version 1 of the small files of a folder never changes. */
class FolderFormatsTest {
  private static final String META =
      "564f4c564f58" + "0001" + "0123456789abcdef" + "0003" + "0000000000000002";
  private static final String CLOCK = "01" + "0000000000100001" + "0000000000000009";
  private static final String NODE_JSON =
      """
      {
        "format" : 1,
        "cluster" : "0123456789abcdef",
        "local" : true,
        "node" : 3,
        "nodes" : [ {
          "id" : 3,
          "host" : "127.1.2.3",
          "port" : 7600
        } ]
      }
      """;

  @TempDir Path folder;

  @Test
  void metaOfVersionOne() throws Exception {
    NodeMeta meta = new NodeMeta(1, new ClusterId(0x0123456789abcdefL), new NodeId(3), 2);
    Bytes golden = withChecksum(META);
    assertThat(meta.encode()).isEqualTo(golden);
    assertThat(NodeMeta.decode(golden)).isEqualTo(meta);
  }

  @Test
  void clockOfVersionOne() throws Exception {
    ClockFile file = new ClockFile(folder.resolve("clock"));
    ClockFile.Reserved reserved = new ClockFile.Reserved((1 << 20) + 1, 9);
    file.write(reserved);
    assertThat(Bytes.wrap(Files.readAllBytes(folder.resolve("clock"))))
        .isEqualTo(withChecksum(CLOCK));
    assertThat(file.read()).isEqualTo(reserved);
  }

  @Test
  void configurationOfVersionOne() throws Exception {
    ClusterConfig config =
        new ClusterConfig(
            new ClusterId(0x0123456789abcdefL),
            true,
            List.of(new ClusterConfig.Member(new NodeId(3), "127.1.2.3", 7600)));
    NodeId node = new NodeId(3);
    byte[] written = ConfigJson.write(config, Optional.of(new ConfigJson.Owner(node, false)));
    assertThat(new String(written, StandardCharsets.UTF_8)).isEqualTo(NODE_JSON);
    Path file = Files.writeString(folder.resolve("node.json"), NODE_JSON);
    assertThat(ConfigJson.read(file))
        .isEqualTo(new ConfigJson.Parsed(config, Optional.of(node), false));
    byte[] joining = ConfigJson.write(config, Optional.of(new ConfigJson.Owner(node, true)));
    assertThat(new String(joining, StandardCharsets.UTF_8))
        .isEqualTo(NODE_JSON.replace("\"node\" : 3,", "\"node\" : 3,\n  \"joining\" : true,"));
    Files.write(file, joining);
    assertThat(ConfigJson.read(file))
        .isEqualTo(new ConfigJson.Parsed(config, Optional.of(node), true));
  }

  @Test
  void leasesAreSaidAndKept() throws Exception {
    List<ClusterConfig.Member> members =
        List.of(new ClusterConfig.Member(new NodeId(3), "127.1.2.3", 7600));
    ClusterConfig config =
        new ClusterConfig(
            new ClusterId(0x0123456789abcdefL),
            true,
            Optional.of(new Ratio(500, 1_000_000)),
            "raft",
            members);
    byte[] written = ConfigJson.write(config, Optional.empty());
    assertThat(new String(written, StandardCharsets.UTF_8)).contains("\"leaseDriftPpm\" : 500");
    Path file = Files.write(folder.resolve("cluster.json"), written);
    assertThat(ConfigJson.read(file).config()).isEqualTo(config);
    assertThat(config.withMembers(members)).isEqualTo(config);
  }

  @Test
  void anEngineIsSaidAndKeptAndIsTheOwnOneWhereNoneIsSaid() throws Exception {
    List<ClusterConfig.Member> members =
        List.of(new ClusterConfig.Member(new NodeId(3), "127.1.2.3", 7600));
    ClusterConfig config =
        new ClusterConfig(new ClusterId(7), true, Optional.empty(), "other", members);
    byte[] written = ConfigJson.write(config, Optional.empty());
    assertThat(new String(written, StandardCharsets.UTF_8)).contains("\"engine\" : \"other\"");
    Path file = Files.write(folder.resolve("cluster.json"), written);
    assertThat(ConfigJson.read(file).config()).isEqualTo(config);
    assertThat(config.withMembers(members)).isEqualTo(config);
    Files.writeString(file, NODE_JSON);
    assertThat(ConfigJson.read(file).config().engine()).isEqualTo("raft");
  }

  private static Bytes withChecksum(String hex) {
    Bytes body = Bytes.wrap(HexFormat.of().parseHex(hex));
    return new ByteWriter().raw(body).u32(body.crc32c()).toBytes();
  }
}
