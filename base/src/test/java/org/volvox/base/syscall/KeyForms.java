package org.volvox.base.syscall;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;

/** What came with key spaces, for {@link SyscallFormatTest}. */
final class KeyForms {
  private final List<SyscallFormatTest.Form> forms = new ArrayList<>();

  private void form(Object value, Bytes bytes, SyscallFormatTest.Decoder decoder) {
    forms.add(SyscallFormatTest.Form.of(value, bytes, decoder));
  }

  private void call(Call call) {
    form(call, call.body(), bytes -> Call.decode(call.type(), bytes));
  }

  private void ask(Ask ask) {
    form(ask, ask.body(), bytes -> Ask.decode(ask.type(), bytes));
  }

  List<SyscallFormatTest.Form> all() {
    keyCalls();
    keyAsks();
    SpaceRow space =
        new SpaceRow(
            "jobs",
            17,
            Consistency.CONSISTENT,
            SpaceRow.Bounds.DEFAULT,
            new SpaceRow.Usage(9, 3, 2, 40),
            "user:a",
            1000);
    form(space, space.encode(), SpaceRow::decode);
    SpacePage spaces = new SpacePage(List.of(space), true);
    form(spaces, spaces.encode(), SpacePage::decode);
    KeyRow row = new KeyRow(Bytes.utf8("k"), Bytes.utf8("v"), 2, 5, 3, 18);
    KeyPage page = new KeyPage(9, List.of(row), 1, true);
    form(page, page.encode(), KeyPage::decode);
    KeyOutcome outcome =
        new KeyOutcome(
            9,
            true,
            List.of(
                new KeyOutcome.Done.Put(Optional.empty()),
                new KeyOutcome.Done.Put(Optional.of(row)),
                new KeyOutcome.Done.Deleted(1, List.of(row)),
                new KeyOutcome.Done.Got(page)));
    form(outcome, outcome.encode(), KeyOutcome::decode);
    KeyLease lease = new KeyLease(18, 17, 3000, 4, 2000, 1);
    form(lease, lease.encode(), KeyLease::decode);
    return List.copyOf(forms);
  }

  private void keyCalls() {
    Bytes key = Bytes.utf8("k");
    Bytes value = Bytes.utf8("v");
    call(new KeyCall.CreateSpace("jobs", Consistency.CONSISTENT, new SpaceRow.Bounds(1 << 20, 10)));
    call(new KeyCall.CreateSpace("ä", Consistency.AVAILABLE, SpaceRow.Bounds.NONE));
    call(new KeyCall.CreateSpace("r", Consistency.LEADERLESS, SpaceRow.Bounds.NONE));
    call(new KeyCall.RemoveSpace(17));
    List<KeyCompare> compares = new ArrayList<>();
    for (KeyCompare.Order order : KeyCompare.Order.values()) {
      compares.add(new KeyCompare(key, KeyCompare.Field.VALUE, order, 0, value));
    }
    for (KeyCompare.Field field : KeyCompare.Field.values()) {
      compares.add(KeyCompare.number(key, field, 5));
    }
    call(
        new KeyCall.Transact(
            17,
            compares,
            List.of(
                new KeyAct.Put(key, value, 18, true),
                new KeyAct.Delete(KeyRange.prefix(Bytes.utf8("x")), true)),
            List.of(new KeyAct.Get(KeyRange.ALL, 10))));
    call(new KeyCall.Grant(17, 3000));
    call(new KeyCall.Renew(18));
    call(new KeyCall.Revoke(18));
    call(new KeyCall.Compact(17, 5));
    call(new KeyCall.Expire(18, 4));
    call(new KeyCall.Tidy(1000));
    call(new KeyCall.Checkpoint(List.of(new KeyCall.Checkpoint.Left(18, 4, 1500))));
  }

  private void keyAsks() {
    ask(new KeyAsk.Space("jobs"));
    ask(new KeyAsk.Spaces(Optional.empty(), 10));
    ask(new KeyAsk.Spaces(Optional.of("jobs"), 10));
    ask(KeyAsk.Range.one(17, Bytes.utf8("k")));
    ask(new KeyAsk.Range(17, KeyRange.ALL, 5, 0, false));
    ask(new KeyAsk.Count(17, KeyRange.prefix(Bytes.utf8("k"))));
    ask(new KeyAsk.Lease(18));
  }
}
