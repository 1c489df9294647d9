package org.volvox.base;

import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An {@link OrderedStore} in a tree: the twin of RocksDB for simulations, the lab and tests. One
 * thread calls it.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A tree that a snapshot or the flushed state refers to is never changed: the next commit
 *       copies it first.
 *   <li>What {@link #afterCrash} gives is exactly what the last {@link #flush} saw.
 * </ol>
 */
public final class MemoryStore implements OrderedStore {
  private NavigableMap<Bytes, Bytes> pairs;
  private NavigableMap<Bytes, Bytes> flushed;
  private boolean shared;

  public MemoryStore() {
    this(new TreeMap<>());
  }

  private MemoryStore(NavigableMap<Bytes, Bytes> pairs) {
    this.pairs = pairs;
    this.flushed = pairs;
    this.shared = true;
  }

  /** A store of what a crash would leave of this one: all up to the last flush, nothing later. */
  public MemoryStore afterCrash() {
    return new MemoryStore(flushed);
  }

  /** How many keys there are. */
  public int size() {
    return pairs.size();
  }

  @Override
  public Batch batch() {
    return new TreeBatch();
  }

  @Override
  public Snapshot snapshot() {
    shared = true;
    return new TreeSnapshot(pairs);
  }

  @Override
  public void flush() {
    shared = true;
    flushed = pairs;
  }

  @Override
  public void close() {
    flush();
  }

  private static NavigableMap<Bytes, Bytes> range(
      NavigableMap<Bytes, Bytes> map, Bytes from, Bytes to) {
    return map.subMap(from, true, to, false);
  }

  private static <V> Iterator<Map.Entry<Bytes, V>> walk(
      NavigableMap<Bytes, V> map, Direction direction) {
    return switch (direction) {
      case ASCENDING -> map.entrySet().iterator();
      case DESCENDING -> map.descendingMap().entrySet().iterator();
    };
  }

  private record TreeSnapshot(NavigableMap<Bytes, Bytes> view) implements Snapshot {
    @Override
    public Optional<Bytes> get(Bytes key) {
      return Optional.ofNullable(view.get(key));
    }

    @Override
    public void scan(Bytes from, Bytes to, Direction direction, Visitor visitor) {
      if (from.compareTo(to) >= 0) {
        return;
      }
      Iterator<Map.Entry<Bytes, Bytes>> walk = walk(range(view, from, to), direction);
      while (walk.hasNext()) {
        Map.Entry<Bytes, Bytes> pair = walk.next();
        if (!visitor.visit(pair.getKey(), pair.getValue())) {
          return;
        }
      }
    }

    @Override
    public void close() {
      // Nothing is pinned but memory, which goes with the last reference.
    }
  }

  private final class TreeBatch implements Batch {
    /** An empty value is a deletion. */
    private final NavigableMap<Bytes, Optional<Bytes>> writes = new TreeMap<>();

    @Override
    public void put(Bytes key, Bytes value) {
      writes.put(key, Optional.of(value));
    }

    @Override
    public void delete(Bytes key) {
      writes.put(key, Optional.empty());
    }

    @Override
    public Optional<Bytes> get(Bytes key) {
      Optional<Bytes> written = writes.get(key);
      return written == null ? Optional.ofNullable(pairs.get(key)) : written;
    }

    @Override
    public void scan(Bytes from, Bytes to, Direction direction, Visitor visitor) {
      if (from.compareTo(to) >= 0) {
        return;
      }
      Iterator<Map.Entry<Bytes, Bytes>> below = walk(range(pairs, from, to), direction);
      Iterator<Map.Entry<Bytes, Optional<Bytes>>> above =
          walk(writes.subMap(from, true, to, false), direction);
      Map.Entry<Bytes, Bytes> stored = next(below);
      Map.Entry<Bytes, Optional<Bytes>> written = next(above);
      while (stored != null || written != null) {
        int order = order(stored, written, direction);
        if (order < 0 && stored != null) {
          if (!visitor.visit(stored.getKey(), stored.getValue())) {
            return;
          }
          stored = next(below);
        } else if (written != null) {
          Optional<Bytes> value = written.getValue();
          if (value.isPresent() && !visitor.visit(written.getKey(), value.get())) {
            return;
          }
          written = next(above);
          stored = order == 0 ? next(below) : stored;
        }
      }
    }

    @Override
    public void commit() {
      if (writes.isEmpty()) {
        return;
      }
      if (shared) {
        pairs = new TreeMap<>(pairs);
        shared = false;
      }
      writes.forEach((key, value) -> overlay(pairs, key, value));
      writes.clear();
    }

    @Override
    public void close() {
      writes.clear();
    }

    private <E> @Nullable E next(Iterator<E> walk) {
      return walk.hasNext() ? walk.next() : null;
    }

    /** Which comes first: below 0 the stored pair, above 0 the written one, 0 both at once. */
    private int order(
        Map.@Nullable Entry<Bytes, Bytes> stored,
        Map.@Nullable Entry<Bytes, Optional<Bytes>> written,
        Direction direction) {
      if (stored == null) {
        return 1;
      }
      if (written == null) {
        return -1;
      }
      int order = stored.getKey().compareTo(written.getKey());
      return direction == Direction.ASCENDING ? order : -order;
    }

    private void overlay(NavigableMap<Bytes, Bytes> map, Bytes key, Optional<Bytes> value) {
      if (value.isPresent()) {
        map.put(key, value.get());
      } else {
        map.remove(key);
      }
    }
  }
}
