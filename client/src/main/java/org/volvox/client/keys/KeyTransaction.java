package org.volvox.client.keys;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyRange;
import org.volvox.client.VolvoxException;

/**
 * A transaction that is being written: if all comparisons hold, its first branch is done, else its
 * second, whole and at one revision. Nothing happens before {@link #commit}. For one thread.
 */
@Api
public final class KeyTransaction {
  private final ConsistentSpace space;
  private final List<KeyCompare> compares = new ArrayList<>();
  private final List<KeyAct> thenDo = new ArrayList<>();
  private final List<KeyAct> elseDo = new ArrayList<>();

  KeyTransaction(ConsistentSpace space) {
    this.space = space;
  }

  /** What must hold, too. */
  public KeyTransaction when(KeyCompare... more) {
    return when(Arrays.asList(more));
  }

  /** The same: {@code when(hold.stillHeld())} refuses whoever lost its lock. */
  public KeyTransaction when(Collection<KeyCompare> more) {
    compares.addAll(more);
    return this;
  }

  /** What is done if all holds. */
  public KeyTransaction then(KeyAct... more) {
    thenDo.addAll(Arrays.asList(more));
    return this;
  }

  /** What is done if something does not hold. */
  public KeyTransaction otherwise(KeyAct... more) {
    elseDo.addAll(Arrays.asList(more));
    return this;
  }

  /** An act that puts a value under no lease. */
  public static KeyAct put(String key, String value) {
    return new KeyAct.Put(Bytes.utf8(key), Bytes.utf8(value), 0, false);
  }

  /** An act that deletes a key. */
  public static KeyAct delete(String key) {
    return new KeyAct.Delete(KeyRange.one(Bytes.utf8(key)), false);
  }

  /** An act that reads a key, as it is at this step. */
  public static KeyAct get(String key) {
    return new KeyAct.Get(KeyRange.one(Bytes.utf8(key)), 1);
  }

  /** Does it, exactly once; what fails as UNKNOWN may have been done. */
  public KeyOutcome commit() throws VolvoxException, InterruptedException {
    return space.transact(new KeyCall.Transact(space.id(), compares, thenDo, elseDo));
  }
}
