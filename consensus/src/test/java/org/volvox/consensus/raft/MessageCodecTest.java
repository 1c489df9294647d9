package org.volvox.consensus.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.base.Term;

/** The wire format against a golden file of version 1, which is never rewritten, and bad input. */
class MessageCodecTest {
  private static Map<String, Message> messages() {
    Map<String, Message> all = new LinkedHashMap<>();
    all.put("PreVote", new Message.PreVote(new Term(7), new LogIndex(300), new Term(6)));
    all.put("PreVoteReply granted", new Message.PreVoteReply(new Term(7), true));
    all.put("PreVoteReply refused", new Message.PreVoteReply(new Term(9), false));
    all.put("Vote", new Message.Vote(new Term(1L << 40), new LogIndex(0), Term.ZERO, false));
    all.put("VoteReply", new Message.VoteReply(new Term(7), true));
    all.put(
        "Append empty",
        new Message.Append(
            new Term(3), new LogIndex(10), new Term(2), new LogIndex(9), 77, List.of()));
    all.put(
        "Append entries",
        new Message.Append(
            new Term(3),
            new LogIndex(10),
            new Term(2),
            new LogIndex(12),
            0,
            List.of(
                new Entry(new Term(2), new LogIndex(11), Entry.Kind.COMMAND, Bytes.utf8("x=1")),
                new Entry(new Term(3), new LogIndex(12), Entry.Kind.NOOP, Bytes.EMPTY))));
    all.put("AppendAccepted", new Message.AppendAccepted(new Term(3), new LogIndex(12), 78));
    all.put(
        "AppendRefused",
        new Message.AppendRefused(new Term(3), new LogIndex(12), new LogIndex(5), new Term(1), 79));
    all.put("StaleTerm", new Message.StaleTerm(new Term(4)));
    all.put(
        "Vote of a transfer", new Message.Vote(new Term(7), new LogIndex(9), new Term(6), true));
    all.put(
        "Append members",
        new Message.Append(
            new Term(3),
            new LogIndex(10),
            new Term(2),
            new LogIndex(9),
            1,
            List.of(
                new Entry(
                    new Term(3),
                    new LogIndex(11),
                    Entry.Kind.MEMBERS,
                    MembershipTest.JOINT.encode()))));
    all.put(
        "SnapshotOffer",
        new Message.SnapshotOffer(
            new Term(3), new LogIndex(100), new Term(2), new LogIndex(120), 5));
    all.put("ReadIndex", new Message.ReadIndex(new Term(3), 17L << 32));
    all.put(
        "ReadIndexReply",
        new Message.ReadIndexReply(new Term(3), 17L << 32, Optional.of(new LogIndex(120))));
    all.put(
        "ReadIndexReply unknown", new Message.ReadIndexReply(new Term(3), 18, Optional.empty()));
    all.put("TimeoutNow", new Message.TimeoutNow(new Term(3)));
    all.put("NotMember", new Message.NotMember(new Term(3)));
    return all;
  }

  @Test
  void writesTheGoldenBytes() throws IOException {
    StringBuilder text = new StringBuilder();
    messages()
        .forEach((name, message) ->
            text.append(name).append(": ").append(MessageCodec.encode(message).hex()).append('\n'));
    try (InputStream golden = MessageCodecTest.class.getResourceAsStream("message-1.golden")) {
      assertThat(golden).as(text.toString()).isNotNull();
      assertThat(text.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void readsWhatItWrote() throws MalformedException {
    for (Message message : messages().values()) {
      assertThat(MessageCodec.decode(MessageCodec.encode(message))).isEqualTo(message);
    }
  }

  @Test
  void refusesEveryTruncation() {
    for (Message message : messages().values()) {
      Bytes whole = MessageCodec.encode(message);
      for (int length = 0; length < whole.length(); length++) {
        Bytes part = whole.slice(0, length);
        assertThatThrownBy(() -> MessageCodec.decode(part)).isInstanceOf(MalformedException.class);
      }
    }
  }

  @Test
  void refusesTrailingBytes() {
    Bytes longer = MessageCodec.encode(new Message.StaleTerm(new Term(4))).concat(Bytes.utf8("x"));
    assertThatThrownBy(() -> MessageCodec.decode(longer)).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 8, 1, version 2",
    "1, 99, 1, unknown kind 99",
    "1, 0, 1, unknown kind 0",
    "1, 8, -1, out of range",
    "1, 8, 9223372036854775807, out of range"
  })
  void refusesUnknownVersionsKindsAndNumbers(int version, int kind, long term, String why) {
    Bytes bytes = new ByteWriter().u8(version).u8(kind).u64(term).toBytes();
    assertThatThrownBy(() -> MessageCodec.decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({"2, 1, after 2", "2, 9, with an entry of 9"})
  void refusesEntriesWhoseTermsCannotBe(long previousTerm, long entryTerm, String why) {
    Bytes bytes = append(previousTerm).u32(1).u64(entryTerm).u8(1).bytes(Bytes.utf8("p")).toBytes();
    assertThatThrownBy(() -> MessageCodec.decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesACountThatDoesNotFit() {
    Bytes bytes = append(2).u32(Integer.MAX_VALUE).u64(3).u8(1).toBytes();
    assertThatThrownBy(() -> MessageCodec.decode(bytes)).isInstanceOf(MalformedException.class);
  }

  @Test
  void randomBytesAreReadOrRefusedAndNothingElse() {
    Prng prng = new Prng(11);
    List<Bytes> valid = messages().values().stream().map(MessageCodec::encode).toList();
    int read = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = valid.get(prng.below(valid.size())).toArray();
      for (int flips = prng.between(1, 4); flips > 0; flips--) {
        bytes[prng.below(bytes.length)] = (byte) prng.nextInt();
      }
      try {
        Message message = MessageCodec.decode(Bytes.wrap(bytes));
        assertThat(MessageCodec.encode(message)).isEqualTo(Bytes.wrap(bytes));
        read++;
      } catch (MalformedException expected) {
        assertThat(expected).hasMessageMatching(".+");
      }
    }
    assertThat(read).isPositive();
  }

  private static ByteWriter append(long previousTerm) {
    return new ByteWriter().u8(1).u8(5).u64(3).u64(10).u64(previousTerm).u64(9).u64(0);
  }
}
