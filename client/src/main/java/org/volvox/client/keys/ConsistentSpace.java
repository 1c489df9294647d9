package org.volvox.client.keys;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyPage;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.base.syscall.Status;
import org.volvox.client.VolvoxException;

/**
 * A space whose keys are linearizable (Herlihy and Wing 1990): each call takes effect at one
 * instant between its begin and its end, and every change has a revision of the whole space. Needs
 * a majority; without one it fails and says that nothing was written. A change that fails as {@link
 * VolvoxException.Kind#UNKNOWN} may have taken effect. Thread-safe.
 */
@Api
public final class ConsistentSpace implements KeySpace {
  private final KeyLink link;
  private final SpaceRow row;

  ConsistentSpace(KeyLink link, SpaceRow row) {
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

  KeyLink link() {
    return link;
  }

  /** What a key is. */
  public Optional<KeyRow> get(Bytes key) throws VolvoxException, InterruptedException {
    return page(new KeyAsk.Range(row.id(), KeyRange.one(key), 0, 1, true)).rows().stream()
        .findFirst();
  }

  public Optional<KeyRow> get(String key) throws VolvoxException, InterruptedException {
    return get(Bytes.utf8(key));
  }

  /** What a key was, as of a revision whose history is kept. */
  public Optional<KeyRow> get(Bytes key, long revision)
      throws VolvoxException, InterruptedException {
    return page(new KeyAsk.Range(row.id(), KeyRange.one(key), revision, 1, true)).rows().stream()
        .findFirst();
  }

  /** Puts a value; gives its revision. */
  public long put(Bytes key, Bytes value) throws VolvoxException, InterruptedException {
    return put(key, value, 0);
  }

  public long put(String key, String value) throws VolvoxException, InterruptedException {
    return put(Bytes.utf8(key), Bytes.utf8(value));
  }

  /**
   * Puts a value that goes when a lease ends; refused as NOT_FOUND if the lease has ended.
   *
   * @param lease the id of one of this space, or 0 for none
   */
  public long put(Bytes key, Bytes value, long lease) throws VolvoxException, InterruptedException {
    return act(List.of(new KeyAct.Put(key, value, lease, false))).revision();
  }

  /** Whether there was one. */
  public boolean delete(Bytes key) throws VolvoxException, InterruptedException {
    return delete(KeyRange.one(key)) > 0;
  }

  public boolean delete(String key) throws VolvoxException, InterruptedException {
    return delete(Bytes.utf8(key));
  }

  /** Deletes all keys of a range at one revision; gives how many there were. */
  public long delete(KeyRange range) throws VolvoxException, InterruptedException {
    KeyOutcome outcome = act(List.of(new KeyAct.Delete(range, false)));
    return outcome.done().getFirst() instanceof KeyOutcome.Done.Deleted deleted
        ? deleted.count()
        : 0;
  }

  private KeyOutcome act(List<KeyAct> acts) throws VolvoxException, InterruptedException {
    return transact(KeyCall.Transact.of(row.id(), acts));
  }

  KeyOutcome transact(KeyCall.Transact call) throws VolvoxException, InterruptedException {
    return KeyErrors.decode(told(() -> link.command(call)), KeyOutcome::decode);
  }

  /** Puts a value if the key has another one, this one; false if it has not. */
  public boolean compareAndSet(Bytes key, Bytes expected, Bytes value)
      throws VolvoxException, InterruptedException {
    return putIf(KeyCompare.value(key, expected), value);
  }

  public boolean compareAndSet(String key, String expected, String value)
      throws VolvoxException, InterruptedException {
    return compareAndSet(Bytes.utf8(key), Bytes.utf8(expected), Bytes.utf8(value));
  }

  /** Puts a value if there is none; false if there is. */
  public boolean putIfAbsent(Bytes key, Bytes value) throws VolvoxException, InterruptedException {
    return putIf(KeyCompare.absent(key), value);
  }

  /**
   * Puts a value if the key is as it was read, whatever happened between: unlike a comparison of
   * values, it sees one that came back.
   */
  public boolean replace(KeyRow read, Bytes value) throws VolvoxException, InterruptedException {
    return putIf(KeyCompare.number(read.key(), KeyCompare.Field.CHANGED, read.changed()), value);
  }

  private boolean putIf(KeyCompare compare, Bytes value)
      throws VolvoxException, InterruptedException {
    return transaction()
        .when(compare)
        .then(new KeyAct.Put(compare.key(), value, 0, false))
        .commit()
        .succeeded();
  }

  /** Begins a transaction, of which the cluster hears with its commit. */
  public KeyTransaction transaction() {
    return new KeyTransaction(this);
  }

  /**
   * The first keys of a range, all as of one revision, as many as fit an answer.
   *
   * @param limit at most so many, or 0
   */
  public KeyPage page(KeyRange range, int limit) throws VolvoxException, InterruptedException {
    return page(new KeyAsk.Range(row.id(), range, 0, limit, true));
  }

  /**
   * One page of a range.
   *
   * @param revision as of which, or 0 for now
   * @param withValues false for rows with empty values
   */
  public KeyPage page(KeyRange range, long revision, int limit, boolean withValues)
      throws VolvoxException, InterruptedException {
    return page(new KeyAsk.Range(row.id(), range, revision, limit, withValues));
  }

  private KeyPage page(KeyAsk ask) throws VolvoxException, InterruptedException {
    return KeyErrors.decode(told(() -> link.read(ask)), KeyPage::decode);
  }

  /** A page that is linearizable also where the client's options want stale reads. */
  KeyPage sure(KeyRange range, long revision) throws VolvoxException, InterruptedException {
    KeyAsk ask = new KeyAsk.Range(row.id(), range, revision, 0, true);
    return KeyErrors.decode(told(() -> link.query(ask)), KeyPage::decode);
  }

  /**
   * Gives all keys of a range in their order, as of one revision, which it returns. Holds one page
   * at a time; refused as STALE if that revision is compacted before its end is read.
   */
  public long scan(KeyRange range, Consumer<KeyRow> each)
      throws VolvoxException, InterruptedException {
    KeyPage page = page(range, 0, 0, true);
    long revision = page.revision();
    page.rows().forEach(each);
    while (page.more() && !page.rows().isEmpty()) {
      page = page(range.after(page.rows().getLast().key()), revision, 0, true);
      page.rows().forEach(each);
    }
    return revision;
  }

  /** How many keys a range has. */
  public long count(KeyRange range) throws VolvoxException, InterruptedException {
    return page(new KeyAsk.Count(row.id(), range)).count();
  }

  /** The newest revision. */
  public long revision() throws VolvoxException, InterruptedException {
    KeyAsk ask = new KeyAsk.Range(row.id(), KeyRange.ALL, 0, 1, false);
    return KeyErrors.decode(told(() -> link.query(ask)), KeyPage::decode).revision();
  }

  /** Watches the changes of a range that are made from now on. */
  public KeyWatch watch(KeyRange range) throws VolvoxException, InterruptedException {
    return watch(range, revision() + 1, false);
  }

  /**
   * Watches the changes of a range.
   *
   * @param from the first revision wanted
   * @param wantsOld whether rows before each change are wanted, as far as they are kept
   */
  public KeyWatch watch(KeyRange range, long from, boolean wantsOld) {
    if (from < 1) {
      throw new IllegalArgumentException("a watch from revision " + from + ": the first is 1");
    }
    return new KeyWatch(link, row, new KeyWatch.Wanted(range, from, wantsOld));
  }

  /** A lease that is renewed by itself until it is closed. */
  public KeyLeaseHold lease(Duration ttl) throws VolvoxException, InterruptedException {
    return KeyLeaseHold.begin(this, ttl);
  }

  /** A lease that nobody renews but whoever calls {@link #renew}. */
  public KeyLease grant(Duration ttl) throws VolvoxException, InterruptedException {
    return lease(new KeyCall.Grant(row.id(), ttl.toMillis()));
  }

  /** Gives a lease its whole life again; refused as NOT_FOUND if it has ended. */
  public KeyLease renew(long lease) throws VolvoxException, InterruptedException {
    return lease(new KeyCall.Renew(lease));
  }

  private KeyLease lease(KeyCall call) throws VolvoxException, InterruptedException {
    return KeyErrors.decode(told(() -> link.command(call)), KeyLease::decode);
  }

  /** Ends a lease and deletes its keys, at one revision. */
  public void revoke(long lease) throws VolvoxException, InterruptedException {
    var _ = told(() -> link.command(new KeyCall.Revoke(lease)));
  }

  /** A lease as it is; refused as NOT_FOUND if it has ended. */
  public KeyLease lease(long lease) throws VolvoxException, InterruptedException {
    return KeyErrors.decode(told(() -> link.read(new KeyAsk.Lease(lease))), KeyLease::decode);
  }

  /** Forgets the history up to a revision, inclusive. */
  public void compact(long revision) throws VolvoxException, InterruptedException {
    var _ = told(() -> link.command(new KeyCall.Compact(row.id(), revision)));
  }

  /** A request. */
  private interface Request {
    Bytes ask() throws VolvoxException, InterruptedException;
  }

  /** What went wrong, with the space it is about. */
  private Bytes told(Request request) throws VolvoxException, InterruptedException {
    try {
      return request.ask();
    } catch (VolvoxException e) {
      String name = "space " + row.name();
      boolean isNamed = String.valueOf(e.getMessage()).contains(name);
      VolvoxException named = isNamed ? e : e.during(name);
      if (e.is(Status.STALE)) {
        throw named.advising("What history is kept: volvox keys space describe " + row.name());
      }
      throw named;
    }
  }
}
