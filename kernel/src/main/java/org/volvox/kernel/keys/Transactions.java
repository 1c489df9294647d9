package org.volvox.kernel.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.OrderedStore;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyOutcome.Done;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;

/** One transaction: decided whole, with its answer, and then written. */
final class Transactions {
  /** Version, revision, whether it succeeded, how many acts. */
  private static final int OUTCOME_BYTES = 14;

  private static final int PUT_BYTES = 2;
  private static final int DELETED_BYTES = 13;

  /** The most that an act's answer has without rows. */
  private static final int GOT_BYTES = 22;

  private final Plan plan;
  private final List<Done> done = new ArrayList<>();
  private int bytes = OUTCOME_BYTES;

  private Transactions(Plan plan) {
    this.plan = plan;
  }

  static KeyOutcome apply(KeyCall.Transact call, OrderedStore.Batch batch) throws Refused {
    SpaceRow space = SpaceTable.consistent(call.space(), batch);
    Checks.transaction(call);
    Plan plan = new Plan(space, batch);
    boolean holds = true;
    for (KeyCompare compare : call.compares()) {
      holds &= holds(compare, plan.get(compare.key()));
    }
    Transactions transaction = new Transactions(plan);
    List<KeyAct> acts = holds ? call.thenDo() : call.elseDo();
    for (int i = 0; i < acts.size(); i++) {
      switch (acts.get(i)) {
        case KeyAct.Put put -> {
          Leases.requireOf(space, put.lease(), batch);
          transaction.put(put);
        }
        case KeyAct.Delete delete -> transaction.delete(delete);
        case KeyAct.Get get -> transaction.get(get, (acts.size() - i - 1) * GOT_BYTES);
      }
    }
    plan.check();
    KeyOutcome outcome = new KeyOutcome(plan.revision(), holds, transaction.done);
    plan.commit(batch);
    return outcome;
  }

  private static boolean holds(KeyCompare compare, Optional<KeyRow> row) {
    long number =
        switch (compare.field()) {
          case VALUE -> 0;
          case CREATED -> row.map(KeyRow::created).orElse(0L);
          case CHANGED -> row.map(KeyRow::changed).orElse(0L);
          case VERSION -> row.map(KeyRow::version).orElse(0L);
          case LEASE -> row.map(KeyRow::lease).orElse(0L);
        };
    return compare.field() == KeyCompare.Field.VALUE
        ? row.isPresent() && compare.order().holds(row.get().value().compareTo(compare.value()))
        : compare.order().holds(Long.compare(number, compare.number()));
  }

  private void put(KeyAct.Put act) throws Refused {
    take(PUT_BYTES);
    Optional<KeyRow> old =
        plan.put(act.key(), act.value(), act.lease()).filter(_ -> act.wantsOld());
    take(old.map(KeyRow::encodedBytes).orElse(0));
    done.add(new Done.Put(old));
  }

  private void delete(KeyAct.Delete act) throws Refused {
    take(DELETED_BYTES);
    List<KeyRow> old = new ArrayList<>();
    int[] more = {0};
    long count =
        plan.delete(
            act.range(),
            row -> {
              if (act.wantsOld()) {
                old.add(row);
                more[0] += row.encodedBytes();
              }
              return fits(more[0]);
            });
    take(more[0]);
    done.add(new Done.Deleted(count, old));
  }

  /**
   * Rows up to the limit; without one, as many as fit with what follows, and one at least.
   *
   * @param behind bytes that the answers of later acts have at least
   */
  private void get(KeyAct.Get act, int behind) throws Refused {
    take(GOT_BYTES);
    long revision = plan.revision();
    boolean isOpen = act.limit() <= 0;
    int rowsMax = isOpen ? KeyLimits.PAGE_MAX : Math.min(act.limit(), KeyLimits.PAGE_MAX);
    List<KeyRow> rows = new ArrayList<>();
    int[] more = {0};
    boolean[] isCut = {false};
    plan.scan(
        act.range(),
        row -> {
          int next = more[0] + row.encodedBytes();
          boolean isOver = isOpen && !rows.isEmpty() && !fits(next + behind);
          isCut[0] = rows.size() == rowsMax || isOver;
          if (!isCut[0]) {
            rows.add(row);
            more[0] = next;
          }
          return !isCut[0] && fits(next);
        });
    take(more[0]);
    done.add(new Done.Got(new KeyPage(revision, rows, rows.size(), isCut[0])));
  }

  private boolean fits(int more) {
    return bytes + more <= KeyLimits.OUTCOME_BYTES_MAX;
  }

  private void take(int more) throws Refused {
    if (!fits(more)) {
      throw new Refused(
          Status.TOO_LARGE,
          "the answer of the transaction has more than "
              + KeyLimits.OUTCOME_BYTES_MAX
              + " bytes: ask for fewer rows in it");
    }
    bytes += more;
  }
}
