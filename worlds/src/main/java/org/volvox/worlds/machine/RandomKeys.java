package org.volvox.worlds.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.SpaceRow;

/**
 * Draws calls and questions about few spaces with few keys, so that they meet. Used by {@link
 * RandomCalls} only.
 */
final class RandomKeys {
  private static final int SPACES = 3;
  private static final int KEYS = 6;
  private static final int TTL_MILLIS_MAX = 4_000;
  private static final int KEPT_MAX = 4;

  private final Prng prng;
  private final List<Long> spaces = new ArrayList<>();
  private final List<Long> leases = new ArrayList<>();

  RandomKeys(Prng prng) {
    this.prng = prng;
  }

  /** The first space comes first. */
  Call call() {
    if (spaces.isEmpty()) return create();
    return switch (prng.below(20)) {
      case 0 -> create();
      case 1 -> prng.below(3) == 0 ? new KeyCall.RemoveSpace(space()) : new KeyCall.Tidy(5);
      case 2 -> new KeyCall.Compact(space(), prng.below(30));
      case 3, 4 -> new KeyCall.Grant(space(), 1000 + prng.below(TTL_MILLIS_MAX));
      case 5 -> new KeyCall.Renew(lease());
      case 6 -> prng.below(4) == 0 ? new KeyCall.Revoke(lease()) : new KeyCall.Renew(lease());
      case 7 -> new KeyCall.Expire(lease(), prng.below(2));
      case 8 ->
          new KeyCall.Checkpoint(
              List.of(new KeyCall.Checkpoint.Left(lease(), prng.below(2), prng.below(9000))));
      case 9 -> new KeyCall.Tidy(1 + prng.below(20));
      default -> new KeyCall.Transact(space(), compares(), acts(), acts());
    };
  }

  private KeyCall create() {
    String name = "k" + prng.below(SPACES);
    return prng.below(5) == 0
        ? new KeyCall.CreateSpace(name, Consistency.AVAILABLE, SpaceRow.Bounds.NONE)
        : new KeyCall.CreateSpace(
            name, Consistency.CONSISTENT, new SpaceRow.Bounds(200, 1 + prng.below(30)));
  }

  private List<KeyCompare> compares() {
    if (prng.below(2) == 0) return List.of();
    return List.of(
        prng.below(2) == 0
            ? KeyCompare.absent(key())
            : KeyCompare.number(key(), KeyCompare.Field.VERSION, prng.below(3)));
  }

  private List<KeyAct> acts() {
    List<KeyAct> acts = new ArrayList<>();
    for (int i = 1 + prng.below(3); i > 0; i--) {
      acts.add(
          switch (prng.below(6)) {
            case 0 -> new KeyAct.Get(range(), prng.below(3));
            case 1 -> new KeyAct.Delete(range(), prng.below(2) == 0);
            default ->
                new KeyAct.Put(
                    key(), value(), prng.below(4) == 0 ? lease() : 0, prng.below(2) == 0);
          });
    }
    return acts;
  }

  Ask ask() {
    return switch (prng.below(6)) {
      case 0 -> new KeyAsk.Space("k" + prng.below(SPACES));
      case 1 -> new KeyAsk.Spaces(Optional.empty(), 1 + prng.below(3));
      case 2 -> new KeyAsk.Count(space(), range());
      case 3 -> new KeyAsk.Lease(lease());
      case 4 -> new KeyAsk.Range(space(), range(), prng.below(30), prng.below(4), true);
      default -> new KeyAsk.Range(space(), range(), 0, 0, prng.below(2) == 0);
    };
  }

  /** Takes in what a call that was not refused answered. */
  void learn(KeyCall call, Bytes body) throws MalformedException {
    switch (call) {
      case KeyCall.CreateSpace _ -> keep(SpaceRow.decode(body).id(), spaces);
      case KeyCall.RemoveSpace(var space) -> spaces.removeIf(id -> id == space);
      case KeyCall.Grant _ -> keep(KeyLease.decode(body).id(), leases);
      default -> {}
    }
  }

  private static void keep(long id, List<Long> ids) {
    ids.add(id);
    if (ids.size() > KEPT_MAX) ids.removeFirst();
  }

  long space() {
    return spaces.isEmpty() ? 1 : spaces.get(prng.below(spaces.size()));
  }

  private long lease() {
    return leases.isEmpty() ? 1 : leases.get(prng.below(leases.size()));
  }

  KeyRange range() {
    return switch (prng.below(3)) {
      case 0 -> KeyRange.ALL;
      case 1 -> KeyRange.one(key());
      default -> new KeyRange(key(), Optional.empty());
    };
  }

  private Bytes key() {
    return Bytes.utf8("a".repeat(prng.below(2)) + prng.below(KEYS));
  }

  private Bytes value() {
    return Bytes.utf8("v".repeat(prng.below(9)));
  }
}
