package org.volvox.node.register;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;
import org.volvox.consensus.paxos.AcceptorState;
import org.volvox.consensus.paxos.Durable;
import org.volvox.consensus.paxos.PaxosEffect;
import org.volvox.consensus.paxos.Standing;
import org.volvox.storage.StoreException;

/**
 * What the acceptor of this node remembers, in a store whose commits are durable: 's' for its
 * standing, 'k' and the key for each key's state. Any thread may read, one writes.
 */
final class RegisterStore implements Durable, AutoCloseable {
  private static final Bytes STANDING = new ByteWriter(1).u8('s').toBytes();
  private static final Bytes KEYS = new ByteWriter(1).u8('k').toBytes();
  private static final Bytes KEYS_END = new ByteWriter(1).u8('k' + 1).toBytes();
  private static final int CLEARED_AT_ONCE = 1000;

  private final OrderedStore store;

  RegisterStore(OrderedStore store) {
    this.store = store;
  }

  @Override
  public Optional<AcceptorState> state(Bytes key) {
    try (OrderedStore.Snapshot view = store.snapshot()) {
      return view.get(KEYS.concat(key)).map(RegisterStore::decode);
    }
  }

  @Override
  public Standing standing() {
    try (OrderedStore.Snapshot view = store.snapshot()) {
      Optional<Bytes> row = view.get(STANDING);
      return row.isEmpty() ? Standing.NEW : Standing.decode(row.get());
    } catch (MalformedException e) {
      throw damaged(e);
    }
  }

  @Override
  public List<Bytes> keys(Optional<Bytes> after, int limit) {
    List<Bytes> keys = new ArrayList<>();
    scan(after, (key, _) -> keys.add(key) && keys.size() < limit);
    return keys;
  }

  /** Some keys in order, and those of them that are as good as unknown. */
  record Page(Optional<Bytes> last, List<Bytes> erasable) {}

  /** The next {@code limit} keys behind that one. */
  Page page(Optional<Bytes> after, int limit) {
    List<Bytes> keys = new ArrayList<>();
    List<Bytes> erasable = new ArrayList<>();
    scan(
        after,
        (key, value) -> {
          keys.add(key);
          if (decode(value).register().isErasable()) {
            erasable.add(key);
          }
          return keys.size() < limit;
        });
    boolean isLast = keys.size() < limit;
    return new Page(isLast ? Optional.empty() : Optional.of(keys.getLast()), erasable);
  }

  private void scan(Optional<Bytes> after, OrderedStore.Visitor visitor) {
    // The first key behind another is that one and a zero.
    Bytes from = after.map(key -> KEYS.concat(key).concat(Bytes.wrap(new byte[1]))).orElse(KEYS);
    try (OrderedStore.Snapshot view = store.snapshot()) {
      view.scan(
          from,
          KEYS_END,
          OrderedStore.Direction.ASCENDING,
          (key, value) -> visitor.visit(key.slice(1, key.length()), value));
    }
  }

  /** Makes all of these durable, in their order, by one sync. */
  void store(List<PaxosEffect.Update> updates) {
    try (OrderedStore.Batch batch = store.batch()) {
      for (PaxosEffect.Update update : updates) {
        switch (update) {
          case PaxosEffect.Update.Put(var key, var state) ->
              batch.put(KEYS.concat(key), state.encode());
          case PaxosEffect.Update.Stand(var standing) -> batch.put(STANDING, standing.encode());
          case PaxosEffect.Update.Erase(var key, var standing) -> {
            batch.delete(KEYS.concat(key));
            batch.put(STANDING, standing.encode());
          }
          case PaxosEffect.Update.Clear(var standing) -> {
            clear(batch);
            batch.put(STANDING, standing.encode());
          }
        }
      }
      batch.commit();
    }
  }

  /** All at once: whoever begins anew must not find half of what it knew. */
  private static void clear(OrderedStore.Batch batch) {
    List<Bytes> found = new ArrayList<>();
    do {
      found.clear();
      batch.scan(
          KEYS,
          KEYS_END,
          OrderedStore.Direction.ASCENDING,
          (key, _) -> found.add(key) && found.size() < CLEARED_AT_ONCE);
      found.forEach(batch::delete);
    } while (!found.isEmpty());
  }

  private static AcceptorState decode(Bytes row) {
    try {
      return AcceptorState.decode(row);
    } catch (MalformedException e) {
      throw damaged(e);
    }
  }

  private static StoreException damaged(MalformedException e) {
    return new StoreException(
        "the store of the registers is damaged (" + e.getMessage() + "); replace this node", e);
  }

  @Override
  public void close() {
    store.close();
  }
}
