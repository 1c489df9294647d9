package org.volvox.worlds.keys;

import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.Prng;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;

/**
 * Takes a lock in turn with others and writes under it: a key under a lease stands for its place in
 * line, whose creation is its token.
 */
final class LockClient {
  static final KeyRange LINE = KeyRange.prefix(Bytes.utf8("lock/"));
  static final Bytes DATA = Bytes.utf8("data");

  /** What it has asked for and not heard of yet. */
  enum Wait {
    NOTHING,
    LEASE,
    PLACE,
    TURN,
    WRITE,
    RENEWAL,
    END
  }

  private final int number;
  private final long space;
  private final Prng prng;
  private final KeysRules rules;
  private Wait wait = Wait.NOTHING;
  private Optional<KeyLease> lease = Optional.empty();
  private long token;
  private boolean isHolder;
  private long askedMicros;
  private long goodUntilMicros;
  private int writesLeft;

  LockClient(int number, long space, Prng prng, KeysRules rules) {
    this.number = number;
    this.space = space;
    this.prng = prng;
    this.rules = rules;
  }

  int number() {
    return number;
  }

  Wait waitsFor() {
    return wait;
  }

  /** Whether it may believe that it holds the lock. */
  boolean believes(long nowMicros) {
    return isHolder && nowMicros < goodUntilMicros;
  }

  long token() {
    return token;
  }

  private Bytes key(long id) {
    return Bytes.utf8("lock/" + id);
  }

  /** What it asks next; nothing while it waits or thinks. */
  Optional<KeyCall> next(long nowMicros) {
    if (wait != Wait.NOTHING) {
      return Optional.empty();
    }
    askedMicros = nowMicros;
    if (lease.isEmpty()) {
      return ask(Wait.LEASE, new KeyCall.Grant(space, prng.between(1_000, 6_000)));
    }
    KeyLease held = lease.get();
    if (nowMicros >= goodUntilMicros) {
      return giveUp(held);
    }
    if (token == 0) {
      KeyAct place = new KeyAct.Put(key(held.id()), Bytes.EMPTY, held.id(), false);
      return ask(Wait.PLACE, KeyCall.Transact.of(space, List.of(place)));
    }
    if (goodUntilMicros - nowMicros < held.ttlMillis() * 1000 * 2 / 3) {
      return ask(Wait.RENEWAL, new KeyCall.Renew(held.id()));
    }
    if (!isHolder) {
      KeyAct line = new KeyAct.Get(LINE, 0);
      return ask(Wait.TURN, KeyCall.Transact.of(space, List.of(line)));
    }
    if (writesLeft == 0) {
      return giveUp(held);
    }
    writesLeft--;
    KeyCompare fence = KeyCompare.number(key(held.id()), KeyCompare.Field.CREATED, token);
    KeyAct write = new KeyAct.Put(DATA, Bytes.utf8(Long.toString(token)), 0, false);
    return ask(
        Wait.WRITE,
        new KeyCall.Transact(
            space, rules.fences() ? List.of(fence) : List.of(), List.of(write), List.of()));
  }

  private Optional<KeyCall> giveUp(KeyLease held) {
    isHolder = false;
    return ask(Wait.END, new KeyCall.Revoke(held.id()));
  }

  private Optional<KeyCall> ask(Wait what, KeyCall call) {
    wait = what;
    return Optional.of(call);
  }

  /** What became of what it asked. */
  void answer(Result result, long nowMicros, World world) {
    Wait was = wait;
    wait = Wait.NOTHING;
    if (result.status() == Status.NOT_FOUND) {
      forget(); // Its lease has ended.
      return;
    }
    Invariant.check(result.isOk(), "refused", was, result.text());
    try {
      switch (was) {
        case LEASE -> leased(KeyLease.decode(result.body()), nowMicros);
        case RENEWAL -> leased(KeyLease.decode(result.body()), nowMicros);
        case PLACE -> token = KeyOutcome.decode(result.body()).revision();
        case TURN -> turn(KeyOutcome.decode(result.body()), nowMicros, world);
        case WRITE -> {
          boolean isDone = KeyOutcome.decode(result.body()).succeeded();
          world.count(isDone ? KeysCount.FENCED : KeysCount.REFUSED);
        }
        case END -> forget();
        case NOTHING -> throw Invariant.broken("an answer to nothing");
      }
    } catch (MalformedException e) {
      throw Invariant.broken("an answer: " + e.getMessage());
    }
  }

  /** What a holder has around it. */
  interface World {
    void count(KeysCount what);

    void holds(LockClient client);
  }

  private void leased(KeyLease now, long nowMicros) {
    lease = Optional.of(now);
    long from = rules.countsFromAsking() ? askedMicros : nowMicros;
    goodUntilMicros = from + now.ttlMillis() * 1000;
  }

  private void turn(KeyOutcome outcome, long nowMicros, World world) {
    if (!(outcome.done().getFirst() instanceof KeyOutcome.Done.Got(KeyPage page))) {
      throw Invariant.broken("the line was not got");
    }
    long first = page.rows().stream().mapToLong(KeyRow::created).min().orElse(Long.MAX_VALUE);
    if (first == token || !rules.waitsForItsTurn()) {
      isHolder = true;
      writesLeft = prng.between(1, 5);
      if (believes(nowMicros)) {
        world.holds(this);
      }
    }
  }

  private void forget() {
    lease = Optional.empty();
    token = 0;
    isHolder = false;
  }
}
