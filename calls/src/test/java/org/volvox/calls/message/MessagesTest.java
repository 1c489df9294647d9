package org.volvox.calls.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.Term;

class MessagesTest {
  private static final NodeId N1 = new NodeId(1);
  private static final NodeId N2 = new NodeId(2);
  private static final BlockId BLOCK = new BlockId(3, 77, 9);

  private static NodeStatus status(NodeId node, Optional<NodeId> leader) {
    return new NodeStatus(
        node,
        "127.1.2.3:7600",
        NodeStatus.Role.LEADER,
        true,
        new Term(4),
        leader,
        new LogIndex(61),
        new Term(3),
        new LogIndex(60),
        new LogIndex(59),
        13,
        2,
        5,
        4711,
        0,
        "n2 cut",
        new NodeStatus.LogState(new LogIndex(40), 8192, "from n2"),
        new DiskState(1, 2, true, 3, 4, 5, 6, 7, 8),
        new NodeStatus.Healing(4096, 512, List.of(1, 0, 77)));
  }

  @Test
  void statusSurvivesTheWire() throws MalformedException {
    List<NodeStatus> nodes = List.of(status(N1, Optional.of(N2)), status(N2, Optional.empty()));
    assertThat(NodeStatus.decodeAll(NodeStatus.encodeAll(nodes))).isEqualTo(nodes);
    assertThat(NodeStatus.isForCluster(NodeStatus.request(true))).isTrue();
    assertThat(NodeStatus.isForCluster(NodeStatus.request(false))).isFalse();
  }

  @Test
  void statusHasItsGoldenForms() throws MalformedException {
    String both =
        "0000000100010000000e3132372e312e322e333a3736303002010000000000000004"
            + "0002000000000000003d0000000000000003000000000000003c000000000000003b"
            + "000000000000000d0000000000000002000000000000000500000000000012670000"
            + "000000000000000000066e3220637574";
    String second = "0000000000000028" + "0000000000002000" + "0000000766726f6d206e32";
    String fourth =
        "0000000000001000" + "0000000000000200" + "00000003" + "00000001" + "00000000" + "0000004d";
    NodeStatus whole = status(N1, Optional.of(N2));
    String third =
        "00000000000000010000000000000002"
            + "01"
            + "00000000000000030000000000000004"
            + "00000000000000050000000000000006"
            + "00000000000000070000000000000008";
    assertThat(NodeStatus.encodeAll(List.of(whole)).hex())
        .isEqualTo("04" + both + second + third + fourth);
    Bytes former = Bytes.wrap(java.util.HexFormat.of().parseHex("02" + both + second));
    assertThat(NodeStatus.decodeAll(former).getFirst().disk()).isEqualTo(DiskState.UNKNOWN);
    assertThat(NodeStatus.decodeAll(former).getFirst().log()).isEqualTo(whole.log());
    Bytes latest = Bytes.wrap(java.util.HexFormat.of().parseHex("03" + both + second + third));
    assertThat(NodeStatus.decodeAll(latest).getFirst().disk()).isEqualTo(whole.disk());
    assertThat(NodeStatus.decodeAll(latest).getFirst().healing())
        .isEqualTo(NodeStatus.Healing.UNKNOWN);
    byte[] first = java.util.HexFormat.of().parseHex("01" + both);
    NodeStatus old = NodeStatus.decodeAll(Bytes.wrap(first)).getFirst();
    assertThat(old.log()).isEqualTo(NodeStatus.LogState.UNKNOWN);
    assertThat(old.linkRules()).isEqualTo(whole.linkRules());
    first[0] = 5;
    malformed(() -> NodeStatus.decodeAll(Bytes.wrap(first)), "status of version 5, this reads 4");
    first[0] = 0;
    malformed(() -> NodeStatus.decodeAll(Bytes.wrap(first)), "status of version 0");
  }

  @Test
  void refusesStatusThatIsNotWellFormed() {
    byte[] badRole = NodeStatus.encodeAll(List.of(status(N1, Optional.empty()))).toArray();
    badRole[25] = 9;
    malformed(() -> NodeStatus.decodeAll(Bytes.wrap(badRole)), "unknown role 9");
    byte[] negative = NodeStatus.encodeAll(List.of(status(N1, Optional.empty()))).toArray();
    negative[27] = -1;
    malformed(() -> NodeStatus.decodeAll(Bytes.wrap(negative)), "negative number");
    byte[] nodeZero = NodeStatus.encodeAll(List.of(status(N1, Optional.empty()))).toArray();
    nodeZero[6] = 0;
    malformed(() -> NodeStatus.decodeAll(Bytes.wrap(nodeZero)), "node 0");
    malformed(
        () -> NodeStatus.isForCluster(new ByteWriter().u8(2).bool(true).toBytes()),
        "status request of version 2, this reads 1");
  }

  @Test
  void linkRulesSurviveTheWire() throws MalformedException {
    List<LinkRule> rules =
        List.of(new LinkRule(N1, true, 0, 0), new LinkRule(N2, false, 200, 5), LinkRule.healed(N2));
    assertThat(LinkRule.decodeAll(LinkRule.encodeAll(rules))).isEqualTo(rules);
    assertThat(rules).extracting(LinkRule::isHealed).containsExactly(false, false, true);
    assertThat(new LinkRule(N1, false, 0, 5).isHealed()).isFalse();
    assertThat(rules)
        .extracting(LinkRule::toString)
        .containsExactly("n1 cut", "n2 +200 ms -5 %", "n2");
    assertThat(LinkRule.encodeAll(rules.subList(0, 1)).hex())
        .isEqualTo("01" + "00000001" + "0001" + "01" + "00000000" + "00");
  }

  @Test
  void refusesLinkRulesOutOfRange() {
    malformed(() -> LinkRule.decodeAll(rule(0, 0, 0)), "node 0");
    malformed(() -> LinkRule.decodeAll(rule(1, -1, 0)), "-1 ms");
    malformed(() -> LinkRule.decodeAll(rule(1, 60_001, 0)), "60001 ms");
    malformed(() -> LinkRule.decodeAll(rule(1, 0, 101)), "101 %");
    for (int[] wrong : new int[][] {{-1, 0}, {60_001, 0}, {0, -1}, {0, 101}}) {
      assertThatThrownBy(() -> new LinkRule(N1, false, wrong[0], wrong[1]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void streamMessagesSurviveTheWire() throws MalformedException {
    List<StreamMessage> messages =
        List.of(
            new StreamMessage.Input(Bytes.utf8("in")),
            new StreamMessage.Output(Bytes.utf8("out")),
            new StreamMessage.Errors(Bytes.EMPTY),
            new StreamMessage.Started(N2),
            new StreamMessage.Taken(5, 6),
            new StreamMessage.InputTaken(7),
            new StreamMessage.Ended(StreamMessage.How.SIGNALLED, 9, ""),
            new StreamMessage.Ended(StreamMessage.How.LOST, 0, "n2 is gone"));
    for (StreamMessage message : messages) {
      assertThat(StreamMessage.decode(message.encode())).isEqualTo(message);
    }
    var attach = new StreamMessage.Attach(new Pid(7), 10, 20);
    assertThat(StreamMessage.Attach.decode(attach.encode())).isEqualTo(attach);
    assertThat(attach.encode().hex())
        .isEqualTo("01" + "0000000000000007" + "000000000000000a" + "0000000000000014");
  }

  @Test
  void refusesStreamMessagesThatAreNotWellFormed() {
    malformed(() -> StreamMessage.decode(new ByteWriter().u8(8).toBytes()), "unknown stream");
    malformed(
        () -> StreamMessage.decode(new ByteWriter().u8(7).u64(-1).toBytes()),
        "negative stream offset");
    malformed(() -> StreamMessage.decode(new ByteWriter().u8(4).u16(0).toBytes()), "node 0");
    malformed(
        () -> StreamMessage.decode(new ByteWriter().u8(5).u8(3).u32(0).text("").toBytes()),
        "unknown end 3");
    malformed(
        () -> StreamMessage.decode(new ByteWriter().u8(4).u32(1 << 16).toBytes()), "too many");
    for (long[] wrong : new long[][] {{0, 0, 0}, {1, -1, 0}, {1, 0, -1}}) {
      Bytes bytes = new ByteWriter().u8(1).u64(wrong[0]).u64(wrong[1]).u64(wrong[2]).toBytes();
      malformed(() -> StreamMessage.Attach.decode(bytes), "attach to pid");
    }
  }

  @Test
  void blockMessagesSurviveTheWire() throws MalformedException {
    var put = new BlockMessage.Put(BLOCK, 2, 4096, 0xCAFE);
    assertThat(BlockMessage.Put.decode(put.encode())).isEqualTo(put);
    var stored = new BlockMessage.Stored(List.of(N1, N2));
    assertThat(BlockMessage.Stored.decode(stored.encode())).isEqualTo(stored);
    var get = new BlockMessage.Get(BLOCK, 4096, 0xCAFE);
    assertThat(BlockMessage.Get.decode(get.encode())).isEqualTo(get);
    var have = new BlockMessage.Have(List.of(BLOCK));
    assertThat(BlockMessage.Have.decode(have.encode())).isEqualTo(have);
    var listed = new BlockMessage.Listed(List.of(BLOCK, new BlockId(4, 77, 10)));
    assertThat(BlockMessage.Listed.decode(listed.encode())).isEqualTo(listed);
    assertThat(put.encode().hex())
        .isEqualTo(
            "01"
                + "00030000000000000"
                + "04d000000000009"
                + "0000000000000002"
                + "00001000"
                + "0000cafe");
  }

  @Test
  void refusesBlockMessagesThatAreNotWellFormed() {
    malformed(
        () -> BlockMessage.Stored.decode(new ByteWriter().u8(1).u32(1).u16(0).toBytes()), "node 0");
    ByteWriter tooMany = new ByteWriter().u8(1).u32(BlockMessage.LIST_MAX + 1);
    for (int i = 0; i <= BlockMessage.LIST_MAX; i++) {
      BLOCK.encode(tooMany);
    }
    malformed(() -> BlockMessage.Have.decode(tooMany.toBytes()), "4097 blocks");
  }

  @Test
  void logRequestsSurviveTheWire() throws MalformedException {
    var request = new NodeLogRequest(1 << 20);
    assertThat(NodeLogRequest.decode(request.encode())).isEqualTo(request);
    malformed(() -> NodeLogRequest.decode(new ByteWriter().u8(1).u32(-1).toBytes()), "of -1 bytes");
  }

  @Test
  void staleAnswersSurviveTheWire() throws MalformedException {
    var answer =
        new StaleAnswer(
            new NodeId(3), new LogIndex(1234), Duration.ofMillis(3200), Bytes.utf8("result"));
    assertThat(StaleAnswer.decode(answer.encode())).isEqualTo(answer);
    assertThat(answer.encode().hex())
        .isEqualTo("01000300000000000004d200000000bebc2000" + "00000006" + "726573756c74");
    malformed(
        () -> StaleAnswer.decode(new ByteWriter().u8(1).u16(3).u64(-1).u64(0).u32(0).toBytes()),
        "index -1");
    malformed(
        () -> StaleAnswer.decode(new ByteWriter().u8(1).u16(3).u64(1).u64(-5).u32(0).toBytes()),
        "age -5");
    malformed(
        () -> StaleAnswer.decode(new ByteWriter().u8(1).u16(0).u64(1).u64(5).u32(0).toBytes()),
        "node 0");
    malformed(() -> StaleAnswer.decode(new ByteWriter().u8(9).toBytes()), "version 9");
  }

  private static Bytes rule(int peer, int delayMillis, int dropPercent) {
    return new ByteWriter()
        .u8(1)
        .u32(1)
        .u16(peer)
        .bool(false)
        .u32(delayMillis)
        .u8(dropPercent)
        .toBytes();
  }

  @Test
  void snapshotMessagesSurviveTheWire() throws MalformedException {
    var fresh = new SnapshotMessage.Fetch(new LogIndex(7), Optional.empty());
    var resumed =
        new SnapshotMessage.Fetch(
            LogIndex.ZERO, Optional.of(new SnapshotMessage.Resume(-2, Bytes.utf8("k"))));
    assertThat(SnapshotMessage.Fetch.decode(fresh.encode())).isEqualTo(fresh);
    assertThat(SnapshotMessage.Fetch.decode(resumed.encode())).isEqualTo(resumed);
    assertThat(fresh.encode().hex()).isEqualTo("01" + "0000000000000007" + "00");
    assertThat(resumed.encode().hex())
        .isEqualTo("01" + "0000000000000000" + "01" + "fffffffffffffffe" + "00000001" + "6b");
    var offer = new SnapshotMessage.Offer(-3, 1 << 20);
    assertThat(SnapshotMessage.Offer.decode(offer.encode())).isEqualTo(offer);
    assertThat(offer.encode().hex()).isEqualTo("01" + "fffffffffffffffd" + "0000000000100000");
    malformed(
        () -> SnapshotMessage.Fetch.decode(new ByteWriter().u8(1).u64(-1).bool(false).toBytes()),
        "negative number");
    malformed(
        () -> SnapshotMessage.Offer.decode(new ByteWriter().u8(1).u64(1).u64(-1).toBytes()),
        "negative number");
    malformed(
        () -> SnapshotMessage.Fetch.decode(new ByteWriter().u8(2).toBytes()),
        "snapshot request of version 2");
  }

  private static void malformed(ThrowingCallable decode, String message) {
    assertThatThrownBy(decode).isInstanceOf(MalformedException.class).hasMessageContaining(message);
  }
}
