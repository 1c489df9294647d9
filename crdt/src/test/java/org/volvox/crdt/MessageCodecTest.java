package org.volvox.crdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.base.WallTime;
import org.volvox.base.clock.HybridTime;

/** What replicas tell each other against a golden file of version 1, and bad input. */
class MessageCodecTest {
  private static final ReplicaId ME = new ReplicaId(0xabcL);
  private static final HybridTime TIME = new HybridTime(new WallTime(1_700_000_000_000L), 3);
  private static final Versions BASE =
      Versions.NONE.with(new Dot(ME, 5)).with(new Dot(new ReplicaId(-1), 1));

  private static Map<String, Message> messages() {
    Operation put =
        new Operation(
            new Dot(ME, 4),
            Group.REGISTER,
            List.of(new Dot(ME, 3)),
            TIME,
            Optional.of(Bytes.utf8("v")));
    Operation erase =
        new Operation(new Dot(ME, 5), Group.ELEMENT, List.of(), TIME, Optional.empty());
    Operation add =
        new Operation(
            new Dot(ME, 6),
            Group.COUNTER,
            List.of(),
            TIME,
            Optional.of(Tally.ZERO.add(-7).encode()));
    Map<String, Message> all = new LinkedHashMap<>();
    all.put("ask", new Message.Ask(ME, BASE, true));
    all.put(
        "operations",
        new Message.Operations(ME, BASE, Versions.NONE, List.of(put, erase, add), true));
    all.put("nothing", new Message.Operations(ME, BASE, BASE, List.of(), false));
    all.put("behind", new Message.Behind(ME, BASE));
    all.put("scan", new Message.Scan(ME, BASE, 9, Group.REGISTER.encode()));
    Message.Piece register = new Message.Piece(Group.REGISTER, Atom.NONE.apply(put));
    Message.Piece counter = new Message.Piece(Group.COUNTER, Atom.NONE.apply(add));
    all.put(
        "range",
        new Message.Range(
            ME,
            9,
            new Message.Moment(BASE, TIME),
            new Message.Part(
                Bytes.EMPTY, Optional.of(Bytes.utf8("to")), List.of(register, counter))));
    all.put(
        "last",
        new Message.Range(
            ME,
            9,
            new Message.Moment(BASE, TIME),
            new Message.Part(Bytes.utf8("to"), Optional.empty(), List.of())));
    return all;
  }

  @Test
  void matchesTheGoldenFileAndComesBack() throws IOException, MalformedException {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, Message> each : messages().entrySet()) {
      Bytes bytes = MessageCodec.encode(each.getValue());
      lines.append(each.getKey()).append(": ").append(bytes.hex()).append('\n');
      assertThat(MessageCodec.decode(bytes)).isEqualTo(each.getValue());
    }
    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream("/golden/replica-messages-v1.txt"))) {
      assertThat(lines.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void everyCutAndEveryByteTooManyIsRefused() {
    for (Message message : messages().values()) {
      Bytes bytes = MessageCodec.encode(message);
      for (int cut = 0; cut < bytes.length(); cut++) {
        Bytes shorter = bytes.slice(0, cut);
        assertThatThrownBy(() -> MessageCodec.decode(shorter))
            .isInstanceOf(MalformedException.class);
      }
      Bytes longer = bytes.concat(Bytes.wrap(new byte[1]));
      assertThatThrownBy(() -> MessageCodec.decode(longer)).isInstanceOf(MalformedException.class);
    }
  }

  /** Changed bytes are a message or a MalformedException, nothing else. */
  @Test
  void changedBytesAreRefusedOrUnderstood() {
    Prng prng = new Prng(5);
    int understood = 0;
    for (Message message : messages().values()) {
      byte[] bytes = MessageCodec.encode(message).toArray();
      for (int i = 0; i < 2_000; i++) {
        byte[] changed = bytes.clone();
        changed[prng.below(changed.length)] = (byte) prng.nextInt();
        try {
          Message decoded = MessageCodec.decode(Bytes.wrap(changed));
          assertThat(MessageCodec.encode(decoded)).isEqualTo(Bytes.wrap(changed));
          understood++;
        } catch (MalformedException refused) {
          assertThat(refused).hasMessageNotContaining("null");
        }
      }
    }
    assertThat(understood).isPositive();
  }

  @Test
  void otherVersionsAndKindsAreNamed() {
    assertThatThrownBy(() -> MessageCodec.decode(new ByteWriter().u8(1).u8(1).toBytes()))
        .hasMessageContaining("marked 1");
    assertThatThrownBy(() -> MessageCodec.decode(new ByteWriter().u8(0x44).u8(2).toBytes()))
        .hasMessageContaining("version 2 of a message");
    assertThatThrownBy(
            () -> MessageCodec.decode(new ByteWriter().u8(0x44).u8(1).u8(99).u64(1).toBytes()))
        .hasMessageContaining("kind 99 of a message");
    Operation bad =
        new Operation(new Dot(ME, 6), Group.COUNTER, List.of(), TIME, Optional.of(Bytes.utf8("v")));
    Message range =
        new Message.Range(
            ME,
            9,
            new Message.Moment(BASE, TIME),
            new Message.Part(
                Bytes.EMPTY,
                Optional.empty(),
                List.of(new Message.Piece(Group.COUNTER, Atom.NONE.apply(bad)))));
    assertThatThrownBy(() -> MessageCodec.decode(MessageCodec.encode(range)))
        .isInstanceOf(MalformedException.class);
  }
}
