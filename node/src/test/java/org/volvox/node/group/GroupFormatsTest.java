package org.volvox.node.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.WallTime;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.EventStamp;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.clock.Origin;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.consensus.raft.Message;

/** Version 1 of what a group keeps in its log and sends to its peers never changes. */
class GroupFormatsTest {
  private static final String STAMPED =
      "01"
          + "0000000000000009"
          + "0000000000000007"
          + "01"
          + "00000000"
          + "0000000000000005"
          + "0000000000000002"
          + "0000000000000001"
          + "00000006"
          + "757365723a61"
          + "0102"
          + "00000001"
          + "78";
  private static final String ENVELOPE =
      "01" + "0000000000000135" + "0000000000000011" + "01" + "04" + "0000000000000003" + "01";

  @Test
  void aLogEntryIsAStampAndACommand() throws MalformedException {
    Command command = new Command(0, new SessionId(5), 2, 1, "user:a", 0x0102, Bytes.utf8("x"));
    Stamp stamp = new Stamp(new WallTime(9), new LamportTime(7));
    assertThat(Stamped.encode(stamp, command.encode()).hex()).isEqualTo(STAMPED);
    assertThat(Stamped.decode(bytes(STAMPED))).isEqualTo(new Stamped(stamp, command));
  }

  @Test
  void aMessageCarriesTheEventBehindIt() throws MalformedException {
    NodeId from = new NodeId(2);
    EventStamp because =
        new EventStamp(new LamportTime(309), new EventId(new Origin.Node(from), 17));
    Envelope envelope =
        new Envelope(Optional.of(because), new Message.VoteReply(new Term(3), true));
    assertThat(envelope.encode().hex()).isEqualTo(ENVELOPE);
    assertThat(Envelope.decode(from, bytes(ENVELOPE))).isEqualTo(envelope);
    Envelope bare = new Envelope(Optional.empty(), new Message.StaleTerm(new Term(1)));
    assertThat(Envelope.decode(from, bare.encode())).isEqualTo(bare);
  }

  @Test
  void otherVersionsAndUnfinishedBytesAreRefused() {
    NodeId from = new NodeId(2);
    for (int length = 0; length < ENVELOPE.length(); length += 2) {
      Bytes cut = bytes(ENVELOPE.substring(0, length));
      assertThatThrownBy(() -> Envelope.decode(from, cut)).isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> Envelope.decode(from, bytes("02" + ENVELOPE.substring(2))))
        .hasMessageContaining("version 2");
    assertThatThrownBy(() -> Stamped.decode(bytes("02" + STAMPED.substring(2))))
        .hasMessageContaining("version 2");
  }

  private static Bytes bytes(String hex) {
    return Bytes.wrap(HexFormat.of().parseHex(hex));
  }
}
