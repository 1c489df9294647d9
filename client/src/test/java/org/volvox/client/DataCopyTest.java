package org.volvox.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.backup.DataPart;
import org.volvox.base.snapshot.SnapshotPart.Pair;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.DataCopyMessage.Had;
import org.volvox.calls.message.DataCopyMessage.Offer;
import org.volvox.calls.message.DataCopyMessage.Request;
import org.volvox.calls.message.DataToken;
import org.volvox.rpc.OutboundCall;

/** A copy from nodes that break, hang, or have not heard of everything. */
@Timeout(60)
class DataCopyTest {
  private static final NodeId ONE = new NodeId(1);
  private static final NodeId TWO = new NodeId(2);
  private static final NodeId THREE = new NodeId(3);
  private static final DataToken LESS = new DataToken(Map.of(7L, 1L));
  private static final DataToken MORE = new DataToken(Map.of(7L, 1L, 8L, 4L));

  private final Map<NodeId, FakeCopyCall.Answering> nodes = new TreeMap<>();
  private final List<NodeId> row = new ArrayList<>(List.of(ONE, TWO, THREE));
  private final List<String> told = new ArrayList<>();

  /** The client's nodes. */
  private final class Fakes implements DataCopy.Nodes {
    @Override
    public List<NodeId> all() {
      return List.of(ONE, TWO, THREE);
    }

    @Override
    public List<NodeId> entries() {
      return List.copyOf(row);
    }

    @Override
    public void demote(NodeId node) {
      row.remove(node);
      row.add(node);
    }

    @Override
    public OutboundCall open(NodeId node, Duration within) {
      return new FakeCopyCall(Objects.requireNonNull(nodes.get(node)));
    }

    @Override
    public Duration timeout() {
      return Duration.ofMillis(200);
    }
  }

  /** Notes what comes. */
  private final class Sink implements DataCopy.Sink {
    @Override
    public void begin(NodeId from) {
      told.clear();
      told.add(from.toString());
    }

    @Override
    public void part(DataPart part) {
      switch (part) {
        case DataPart.Moment(var moment) -> told.add(moment.utf8());
        case DataPart.Atoms atoms -> told.add(atoms.lastKey().utf8());
        case DataPart.End end -> told.add("end of " + end.atoms());
      }
    }
  }

  private static DataPart atom(String key) {
    return new DataPart.Atoms(List.of(new Pair(Bytes.utf8(key), Bytes.utf8("live"))));
  }

  private static FakeCopyCall.Answer answer(
      Bytes first, List<DataPart> parts, Optional<CallStatus> breaks) {
    ArrayDeque<Bytes> messages = new ArrayDeque<>(List.of(first));
    parts.forEach(part -> messages.add(part.encode()));
    return new FakeCopyCall.Answer(messages, breaks);
  }

  private static CallException failure(CallStatus status) {
    return new CallException(status, "it is " + status);
  }

  /** Has so much, and sends two atoms, one a call. */
  private static FakeCopyCall.Answering sound(DataToken has, Optional<CallStatus> firstBreaks) {
    return request ->
        switch (request) {
          case Request.Look() -> answer(new Had(has).encode(), List.of(), Optional.empty());
          case Request.Fetch(var atLeast, var orLess, var resume) -> {
            if (!has.covers(atLeast) && !orLess) {
              throw failure(CallStatus.UNAVAILABLE);
            }
            DataPart moment = new DataPart.Moment(Bytes.utf8("now"));
            Bytes offer = new Offer(5, has).encode();
            String behind = resume.map(at -> at.lastKey().utf8()).orElse("");
            yield switch (behind) {
              case "" -> answer(offer, List.of(moment, atom("a")), firstBreaks);
              case "a" -> answer(offer, List.of(moment, atom("b")), Optional.empty());
              default -> {
                assertThat(resume.orElseThrow().number()).isEqualTo(5);
                yield answer(offer, List.of(moment, new DataPart.End(2, 10)), Optional.empty());
              }
            };
          }
        };
  }

  private static FakeCopyCall.Answering sound(DataToken has) {
    return sound(has, Optional.empty());
  }

  private static FakeCopyCall.Answering dead() {
    return _ -> {
      throw failure(CallStatus.UNAVAILABLE);
    };
  }

  private List<NodeId> run() throws IOException, InterruptedException {
    return DataCopy.begin(new Fakes()).run(new Sink());
  }

  @Test
  void whoHasWhatAllHadIsTakenAndItsCallsAreOneStream() throws Exception {
    nodes.put(ONE, sound(LESS));
    nodes.put(TWO, sound(MORE, Optional.of(CallStatus.UNAVAILABLE)));
    nodes.put(THREE, sound(LESS));
    assertThat(run()).isEmpty();
    assertThat(told).containsExactly("n2", "now", "a", "b", "end of 2");
  }

  @Test
  void whoDoesNotAnswerIsNamedAndAskedLast() throws Exception {
    nodes.put(ONE, dead());
    nodes.put(TWO, sound(LESS));
    nodes.put(THREE, sound(MORE));
    assertThat(run()).containsExactly(ONE);
    assertThat(told).startsWith("n3");
    assertThat(row).as("one was not tried").endsWith(TWO);
  }

  @Test
  void whatOnlyALostNodeHadIsMissedAfterAllWereAskedForIt() throws Exception {
    nodes.put(ONE, sound(LESS));
    nodes.put(TWO, sound(LESS));
    nodes.put(THREE, sound(MORE));
    DataCopy copy = DataCopy.begin(new Fakes());
    nodes.put(THREE, dead());
    assertThat(copy.run(new Sink())).containsExactly(THREE);
    assertThat(told).startsWith("n1").endsWith("end of 2");
  }

  @Test
  void anotherIsTakenFromItsStartWhenOneIsLostOnTheWay() throws Exception {
    FakeCopyCall.Answering whole = sound(MORE);
    nodes.put(
        ONE,
        request -> {
          if (request instanceof Request.Fetch fetch && fetch.resume().isPresent()) {
            throw failure(CallStatus.NOT_FOUND);
          }
          return whole.answer(request);
        });
    nodes.put(TWO, whole);
    nodes.put(THREE, dead());
    assertThat(run()).containsExactly(THREE);
    assertThat(told).containsExactly("n2", "now", "a", "b", "end of 2");
  }

  @Test
  void whatIsBrokenIsNotTaken() throws Exception {
    nodes.put(
        ONE,
        request ->
            request instanceof Request.Look
                ? answer(new Had(MORE).encode(), List.of(), Optional.empty())
                : answer(
                    new Offer(1, MORE).encode(),
                    List.of(new DataPart.Moment(Bytes.EMPTY), new DataPart.End(1, 1)),
                    Optional.empty()));
    nodes.put(TWO, sound(MORE));
    nodes.put(THREE, sound(MORE));
    assertThat(run()).isEmpty();
    assertThat(told).startsWith("n2");
  }

  @Test
  void itFailsWhenNobodySendsAnything() {
    nodes.put(ONE, dead());
    nodes.put(TWO, dead());
    nodes.put(THREE, dead());
    assertThatThrownBy(this::run)
        .isInstanceOf(VolvoxException.class)
        .hasMessageContaining("no node sends the data of available spaces");
  }

  @Test
  void nodesThatDoNotKnowTheCallAreAskedOnce() {
    List<NodeId> asked = new ArrayList<>();
    for (NodeId node : List.of(ONE, TWO, THREE)) {
      nodes.put(
          node,
          request -> {
            if (request instanceof Request.Fetch) {
              asked.add(node);
            }
            throw failure(CallStatus.UNKNOWN_METHOD);
          });
    }
    assertThatThrownBy(this::run).hasMessageContaining("it is UNKNOWN_METHOD");
    assertThat(asked).containsExactly(ONE, TWO, THREE);
  }
}
