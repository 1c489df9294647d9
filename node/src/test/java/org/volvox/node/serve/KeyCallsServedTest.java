package org.volvox.node.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.SessionId;
import org.volvox.base.event.EventKind;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

class KeyCallsServedTest {
  private static final KeyAct PUT = new KeyAct.Put(Bytes.utf8("k"), Bytes.EMPTY, 0, false);
  private static final KeyAct DELETE = new KeyAct.Delete(KeyRange.ALL, false);

  private final Admission admission = new Admission();
  private final Narrator narrator = new Narrator();

  private static Command command(KeyCall call) {
    return new Command(0, new SessionId(7), 3, 1, "user:a", call.type(), call.body());
  }

  private boolean isRefused(KeyCall call) {
    return admission.refuse(command(call).encode()).isPresent();
  }

  private Optional<Narrator.Told> told(KeyCall call, Result result) {
    return narrator.tell(command(call), result.encode());
  }

  @Test
  void whatDeletesIsTakenWhileDisksAreFull() {
    KeyCall put = KeyCall.Transact.of(5, List.of(PUT));
    assertThat(isRefused(put)).isFalse();
    admission.set(Optional.of("disks are full"));
    assertThat(isRefused(put)).isTrue();
    assertThat(isRefused(new KeyCall.Transact(5, List.of(), List.of(), List.of(DELETE, PUT))))
        .isTrue();
    assertThat(isRefused(new KeyCall.Grant(5, 1000))).isTrue();
    assertThat(isRefused(KeyCall.Transact.of(5, List.of(DELETE)))).isFalse();
    assertThat(isRefused(new KeyCall.Revoke(5))).isFalse();
    assertThat(isRefused(new KeyCall.RemoveSpace(5))).isFalse();
    assertThat(isRefused(new KeyCall.Renew(5))).isFalse();
  }

  @Test
  void theJournalTellsOfSpacesAndNotOfKeys() {
    SpaceRow row =
        new SpaceRow(
            "jobs",
            5,
            Consistency.CONSISTENT,
            SpaceRow.Bounds.DEFAULT,
            SpaceRow.Usage.NONE,
            "user:a",
            0);
    KeyCall create =
        new KeyCall.CreateSpace("jobs", Consistency.CONSISTENT, SpaceRow.Bounds.DEFAULT);
    Narrator.Told created = told(create, Result.ok(row.encode())).orElseThrow();
    assertThat(created.kind()).isEqualTo(EventKind.SPACE_CREATED);
    assertThat(created.what()).isEqualTo("key space jobs created, consistent, id 5");
    Narrator.Told removed = told(new KeyCall.RemoveSpace(5), Result.DONE).orElseThrow();
    assertThat(removed.kind()).isEqualTo(EventKind.SPACE_REMOVED);
    assertThat(removed.what()).isEqualTo("key space of id 5 removed");
    assertThat(told(create, Result.refused(Status.EXISTS, "space jobs exists"))).isEmpty();
    assertThat(told(KeyCall.Transact.of(5, List.of(PUT)), Result.DONE)).isEmpty();
  }
}
