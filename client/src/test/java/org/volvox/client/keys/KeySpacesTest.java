package org.volvox.client.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.StaleAnswer;
import org.volvox.client.VolvoxException;

/** A space is opened as what it is. */
class KeySpacesTest {
  private final FakeKeys cluster = new FakeKeys();
  private final KeySpaces spaces = new KeySpaces(cluster);

  @Test
  void aSpaceOfAnotherKindIsNotOpenedAndSaysWhatItIs() throws Exception {
    assertThat(spaces.consistent("app").id()).isEqualTo(FakeKeys.ID);
    assertThatThrownBy(() -> spaces.available("app"))
        .hasMessage("space app is consistent, not available")
        .isInstanceOfSatisfying(
            VolvoxException.class,
            e -> {
              assertThat(e.is(Status.INVALID)).isTrue();
              assertThat(e.hint()).contains("keys().consistent");
            });
    cluster.of(Consistency.LEADERLESS);
    assertThatThrownBy(() -> spaces.consistent("app")).hasMessageContaining("is leaderless");
    assertThat(spaces.leaderless("app").name()).isEqualTo("app");
  }

  @Test
  void aSpaceThatIsNotThereIsSaidToBeMissingWithANextStep() {
    assertThatThrownBy(() -> spaces.consistent("ap"))
        .isInstanceOfSatisfying(
            VolvoxException.class, e -> assertThat(e.hint()).contains("keys space create ap"));
    assertThatThrownBy(() -> spaces.available("ap"))
        .isInstanceOfSatisfying(
            VolvoxException.class, e -> assertThat(e.hint()).contains("keys space create ap"));
  }

  @Test
  void anAvailableSpaceIsOpenedByAnyNodeThatKnowsIt() throws Exception {
    FakeKeys other = new FakeKeys().of(Consistency.AVAILABLE);
    Bytes known = Result.ok(other.row().encode()).encode();
    cluster.node((node, method, _) -> {
      if (node.equals(new NodeId(1))) throw new CallException(CallStatus.UNAVAILABLE, "down");
      assertThat(method).isEqualTo(Method.STALE_QUERY);
      return new StaleAnswer(node, new LogIndex(9), Duration.ofDays(1), known).encode();
    });
    assertThat(spaces.available("app").id()).as("though the cluster says other").isEqualTo(7);
  }

  @Test
  void aLeaderlessKeyHasBounds() throws Exception {
    LeaderlessSpace space = new LeaderlessSpace(cluster, cluster.of(Consistency.LEADERLESS).row());
    assertThatThrownBy(() -> space.get("x".repeat(250))).hasMessageContaining("this one has 250");
    assertThatThrownBy(() -> space.get("")).hasMessageContaining("text of 1 to");
    assertThatThrownBy(() -> space.set("a", Bytes.wrap(new byte[1 << 17])))
        .hasMessageContaining("a value has up to 65536 bytes");
    assertThatThrownBy(() ->
            space.compareAndSet("a", Optional.empty(), Optional.of(Bytes.wrap(new byte[1 << 17]))))
        .hasMessageContaining("a value has up to 65536 bytes");
  }
}
