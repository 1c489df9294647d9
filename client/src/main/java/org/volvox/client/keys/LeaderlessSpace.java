package org.volvox.client.keys;

import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.calls.message.RegisterMessage;
import org.volvox.client.Register;
import org.volvox.client.VolvoxException;

/**
 * A space in which each key is a register of its own, linearizable and served by any majority,
 * whoever leads or nobody (CASPaxos, Rystsov 2018). There is no order between keys: no transaction,
 * range or watch. A removed space leaves its registers behind, which nothing reaches any more.
 * Thread-safe.
 */
@Api
public final class LeaderlessSpace implements KeySpace {
  private final KeyLink link;
  private final SpaceRow row;

  LeaderlessSpace(KeyLink link, SpaceRow row) {
    this.link = link;
    this.row = row;
  }

  @Override
  public String name() {
    return row.name();
  }

  @Override
  public long id() {
    return row.id();
  }

  /** What is there. */
  public Register.Value get(String key) throws VolvoxException, InterruptedException {
    return told(key, Register::get);
  }

  public void set(String key, Bytes value) throws VolvoxException, InterruptedException {
    Bytes bounded = bounded(key, value);
    var _ = told(key, register -> register.set(bounded));
  }

  public void delete(String key) throws VolvoxException, InterruptedException {
    var _ = told(key, Register::delete);
  }

  /** Sets it if what is there is what is expected; empty is no value. */
  public Register.Outcome compareAndSet(String key, Optional<Bytes> expected, Optional<Bytes> next)
      throws VolvoxException, InterruptedException {
    if (next.isPresent()) {
      bounded(key, next.get());
    }
    return told(key, register -> register.compareAndSet(expected, next));
  }

  /** Something done with a register. */
  private interface Work<T> {
    T with(Register register) throws VolvoxException, InterruptedException;
  }

  /** What went wrong, in the words of the key. */
  private <T> T told(String key, Work<T> work) throws VolvoxException, InterruptedException {
    Register register = of(key);
    try {
      return work.with(register);
    } catch (VolvoxException e) {
      VolvoxException named = e.during("key " + key + " of space " + row.name());
      throw e.kind() == VolvoxException.Kind.UNKNOWN
          ? named.advising(
              "The change may still take effect; see what is there: volvox keys get "
                  + row.name()
                  + " "
                  + key)
          : named;
    }
  }

  /** The id of a space is its own for ever, so no other register has this name. */
  private Register of(String key) throws VolvoxException {
    String name = "keys:" + row.id() + "/" + key;
    int most = RegisterMessage.NAME_BYTES_MAX - (name.length() - key.length());
    if (key.isEmpty() || Bytes.utf8(key).length() > most || key.chars().anyMatch(c -> c < ' ')) {
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED,
          "a key of leaderless space "
              + row.name()
              + " is text of 1 to "
              + most
              + " bytes without control characters, this one has "
              + Bytes.utf8(key).length()
              + " bytes",
          "A consistent space has longer ones.");
    }
    return link.register(name);
  }

  private Bytes bounded(String key, Bytes value) throws VolvoxException {
    if (value.length() > RegisterMessage.VALUE_BYTES_MAX) {
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED,
          "key "
              + key
              + " of leaderless space "
              + row.name()
              + ": a value has up to "
              + RegisterMessage.VALUE_BYTES_MAX
              + " bytes, not "
              + value.length(),
          "A consistent space takes larger ones.");
    }
    return value;
  }
}
