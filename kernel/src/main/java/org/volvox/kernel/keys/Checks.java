package org.volvox.kernel.keys;

import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.Status;

/** What is wrong with a call whatever the state. */
final class Checks {
  private static final int KEY_CHARS_SHOWN = 64;

  private Checks() {}

  static void transaction(KeyCall.Transact call) throws Refused {
    atMost(call.compares().size(), "comparisons in one transaction", KeyLimits.PER_BRANCH_MAX);
    for (KeyCompare compare : call.compares()) {
      key(compare.key(), 0);
      value(compare.value());
    }
    branch(call.thenDo());
    branch(call.elseDo());
  }

  private static void branch(List<KeyAct> acts) throws Refused {
    atMost(acts.size(), "acts in one branch of a transaction", KeyLimits.PER_BRANCH_MAX);
    NavigableSet<Bytes> put = new TreeSet<>();
    for (KeyAct act : acts) {
      switch (act) {
        case KeyAct.Put(var key, var value, _, _) -> {
          if (key.isEmpty()) {
            throw new Refused(Status.INVALID, "a key has at least one byte");
          }
          key(key, 0);
          value(value);
          if (!put.add(key)) {
            throw twice(key);
          }
        }
        case KeyAct.Delete(var range, _) -> range(range);
        case KeyAct.Get(var range, _) -> range(range);
      }
    }
    for (KeyAct act : acts) {
      if (act instanceof KeyAct.Delete(var range, _)) {
        Optional<Bytes> both = Optional.ofNullable(put.ceiling(range.from()));
        if (both.filter(range::contains).isPresent()) {
          throw twice(both.get());
        }
      }
    }
  }

  private static Refused twice(Bytes key) {
    return new Refused(
        Status.INVALID, "two acts of one transaction change key " + shown(key) + ", at most one");
  }

  /** A key as people read it, if they can. */
  static String shown(Bytes key) {
    for (int i = 0; i < key.length(); i++) {
      if (key.at(i) < 0x20 || key.at(i) == 0x7F) {
        return key.toString();
      }
    }
    return key.length() > KEY_CHARS_SHOWN ? key.toString() : key.utf8();
  }

  /** The end of a range is the first key behind one, and so may be a byte longer. */
  static void range(KeyRange range) throws Refused {
    key(range.from(), 1);
    key(range.to().orElse(Bytes.EMPTY), 1);
  }

  private static void key(Bytes key, int more) throws Refused {
    if (key.length() > KeyLimits.KEY_BYTES_MAX + more) {
      throw new Refused(
          Status.TOO_LARGE,
          "key of " + key.length() + " bytes, at most " + KeyLimits.KEY_BYTES_MAX);
    }
  }

  private static void value(Bytes value) throws Refused {
    if (value.length() > KeyLimits.VALUE_BYTES_MAX) {
      throw new Refused(
          Status.TOO_LARGE,
          "value of " + value.length() + " bytes, at most " + KeyLimits.VALUE_BYTES_MAX);
    }
  }

  private static void atMost(int count, String what, int most) throws Refused {
    if (count > most) {
      throw new Refused(Status.TOO_LARGE, count + " " + what + ", at most " + most);
    }
  }

  static void ttl(long millis) throws Refused {
    if (millis < KeyLimits.TTL_MILLIS_MIN || millis > KeyLimits.TTL_MILLIS_MAX) {
      throw new Refused(
          Status.INVALID,
          "a lease of "
              + millis
              + " ms, from "
              + KeyLimits.TTL_MILLIS_MIN
              + " to "
              + KeyLimits.TTL_MILLIS_MAX);
    }
  }
}
