package org.volvox.client.keys;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;
import org.volvox.client.VolvoxException;

/** What is said of keys when something goes wrong. */
final class KeyErrors {
  private static final int KEY_CHARS_SHOWN = 64;

  private KeyErrors() {}

  /** Reads an answer. */
  interface Decoder<T> {
    T decode(Bytes body) throws MalformedException;
  }

  static <T> T decode(Bytes body, Decoder<T> decoder) throws VolvoxException {
    try {
      return decoder.decode(body);
    } catch (MalformedException e) {
      throw failed("the answer cannot be read: " + e.getMessage(), e);
    }
  }

  static VolvoxException failed(String what, Exception cause) {
    VolvoxException failed = VolvoxException.of(VolvoxException.Kind.FAILED, what, "");
    failed.initCause(cause);
    return failed;
  }

  static VolvoxException closed(String what) {
    return VolvoxException.of(VolvoxException.Kind.FAILED, what + " is closed", "");
  }

  /** Fails unless the space is of this kind; says what it is and which way to go. */
  static SpaceRow require(SpaceRow row, Consistency wanted) throws VolvoxException {
    if (row.consistency() == wanted) {
      return row;
    }
    String way =
        switch (row.consistency()) {
          case CONSISTENT -> "get, put, transactions, watches and leases: keys().consistent";
          case AVAILABLE ->
              "registers, sets, maps, counters and flags that merge: keys().available";
          case LEADERLESS -> "a register for each key: keys().leaderless";
        };
    throw VolvoxException.refused(
        Status.INVALID,
        "space " + row.name() + " is " + row.consistency().word() + ", not " + wanted.word(),
        "It has " + way + ". What it promises: volvox keys space describe " + row.name());
  }

  /** A key as people read it, if they can. */
  static String shown(Bytes key) {
    String text = key.utf8();
    boolean isText =
        Bytes.utf8(text).equals(key) && text.codePoints().noneMatch(Character::isISOControl);
    return isText && text.length() <= KEY_CHARS_SHOWN && !text.isEmpty() ? text : "0x" + key;
  }

  /** A bounded wait between two tries, which an interrupt ends. */
  static void pause(Duration span) throws InterruptedException {
    // Nobody counts this latch down: it is a sleep that names what it is.
    if (new CountDownLatch(1).await(span.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("a latch that nobody holds was released");
    }
  }
}
