package org.volvox.consensus.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.Term;
import org.volvox.consensus.log.Salvaged;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.Recovered.Place;

/** The wire format against a golden file of version 1, which is never rewritten, and bad input. */
class RepairCodecTest {
  private static Place place(long index, long term) {
    return new Place(new LogIndex(index), new Term(term));
  }

  private static Map<String, RepairMessage> messages() {
    Map<String, RepairMessage> all = new LinkedHashMap<>();
    all.put("Ask", new RepairMessage.Ask(new LogIndex(3), place(5, 2), new LogIndex(900)));
    all.put(
        "Found",
        new RepairMessage.Answer(
            place(13, 3),
            place(8, 2),
            new RepairMessage.Reply.Found(
                new Salvaged.Run(
                    place(10, 2),
                    List.of(
                        new Entry(
                            new Term(2), new LogIndex(11), Entry.Kind.COMMAND, Bytes.utf8("x=1")),
                        new Entry(new Term(3), new LogIndex(12), Entry.Kind.NOOP, Bytes.EMPTY),
                        new Entry(
                            new Term(3),
                            new LogIndex(13),
                            Entry.Kind.MEMBERS,
                            Membership.of(List.of(new NodeId(1), new NodeId(2))).encode()))))));
    all.put(
        "Purged",
        new RepairMessage.Answer(place(13, 3), Place.ZERO, new RepairMessage.Reply.Purged()));
    all.put(
        "Absent",
        new RepairMessage.Answer(place(13, 3), place(1, 1), new RepairMessage.Reply.Absent()));
    return all;
  }

  private static RepairMessage decode(RepairMessage like, Bytes bytes) throws MalformedException {
    return like instanceof RepairMessage.Ask
        ? RepairCodec.decodeAsk(bytes)
        : RepairCodec.decodeAnswer(bytes);
  }

  @Test
  void matchesTheGoldenFile() throws IOException, MalformedException {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, RepairMessage> each : messages().entrySet()) {
      Bytes bytes = RepairCodec.encode(each.getValue());
      lines.append(each.getKey()).append(": ").append(bytes.hex()).append('\n');
      assertThat(decode(each.getValue(), bytes)).isEqualTo(each.getValue());
    }
    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/golden/repair-v1.txt"))) {
      assertThat(lines.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void everyCutIsRefused() {
    for (RepairMessage message : messages().values()) {
      Bytes bytes = RepairCodec.encode(message);
      for (int cut = 0; cut < bytes.length(); cut++) {
        Bytes shorter = bytes.slice(0, cut);
        assertThatThrownBy(() -> decode(message, shorter)).isInstanceOf(MalformedException.class);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0201, version 2",
    "0102, kind 2",
    "010100000000000000030000000000000005000000000000000200000000000000ff99, too many",
    "01010000000000000003000000000000000500000000000000020000000000000004, cannot be in a log",
    "01010000000000000003000000000000000000000000000000020000000000000004, cannot be in a log",
    "0101ff00000000000003000000000000000000000000000000020000000000000004, out of range",
    "01014100000000000003000000000000000000000000000000020000000000000004, out of range"
  })
  void badAsksAreRefused(String hex, String why) {
    assertThatThrownBy(
            () -> RepairCodec.decodeAsk(Bytes.wrap(java.util.HexFormat.of().parseHex(hex))))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void badAnswersAreRefused() {
    String places = "00000000000000050000000000000002".repeat(2);
    for (String hex :
        List.of(
            "0101" + places,
            "0109" + places,
            "0102" + places + "0000000000000004000000000000000200000000",
            "0102"
                + places
                + "0000000000000004000000000000000200000001000000000000000101"
                + "00000000",
            "0102"
                + places
                + "0000000000000004000000000000000200000001000000000000000207"
                + "00000000",
            "0102"
                + places
                + "0000000000000004000000000000000200000001000000000000000202"
                + "00000000")) {
      assertThatThrownBy(
              () -> RepairCodec.decodeAnswer(Bytes.wrap(java.util.HexFormat.of().parseHex(hex))))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void randomBytesAreRefusedNotObeyed() {
    Prng prng = new Prng(5);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[2 + prng.below(60)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (prng.below(2) == 0 ? 0 : prng.nextInt());
      }
      bytes[0] = 1;
      bytes[1] = (byte) prng.below(6);
      try {
        assertThat(RepairCodec.decodeAnswer(Bytes.wrap(bytes))).isNotNull();
      } catch (MalformedException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
    }
  }
}
