package org.volvox.client.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.calls.message.DataMessage;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;
import org.volvox.client.VolvoxException;

/**
 * A space that any one node reads and writes, whoever else is reached; what was done at several
 * nodes is merged when they meet, the same everywhere (strong eventual consistency, Shapiro and
 * others 2011). So there is no compare-and-set, transaction, lock, lease or watch here: nothing
 * that one side of a split would have to know of the other.
 *
 * <p>By default a program sees what it wrote and never goes back, at whatever node it enters next
 * (session guarantees, Terry and others 1994), for as long as it has this client. Thread-safe.
 */
@Api
public final class AvailableSpace implements KeySpace {
  private final DataCalls calls;
  private final SpaceRow row;
  private final boolean isInSession;

  AvailableSpace(DataCalls calls, SpaceRow row, boolean isInSession) {
    this.calls = calls;
    this.row = row;
    this.isInSession = isInSession;
  }

  @Override
  public String name() {
    return row.name();
  }

  @Override
  public long id() {
    return row.id();
  }

  /** The same space without the guarantees: any node will do, and may know less than another. */
  public AvailableSpace withoutSession() {
    return new AvailableSpace(calls, row, false);
  }

  /** A value; of several that were put at once the last writer's counts, and all are there. */
  public MergedRegister register(String key) {
    return new MergedRegister(this, Bytes.utf8(key));
  }

  public MergedRegister register(Bytes key) {
    return new MergedRegister(this, key);
  }

  /** A set; of an addition and a removal at once the addition wins. */
  public MergedSet set(String key) {
    return new MergedSet(this, Bytes.utf8(key));
  }

  public MergedSet set(Bytes key) {
    return new MergedSet(this, key);
  }

  /** Fields by name, each as a register. */
  public MergedMap map(String key) {
    return new MergedMap(this, Bytes.utf8(key));
  }

  public MergedMap map(Bytes key) {
    return new MergedMap(this, key);
  }

  /** A number; all additions count. */
  public MergedCounter counter(String key) {
    return new MergedCounter(this, Bytes.utf8(key));
  }

  public MergedCounter counter(Bytes key) {
    return new MergedCounter(this, key);
  }

  /** On or off; of both at once on wins. */
  public MergedFlag flag(String key) {
    return new MergedFlag(this, Bytes.utf8(key));
  }

  public MergedFlag flag(Bytes key) {
    return new MergedFlag(this, key);
  }

  /** What a key holds; it may hold one of each. */
  @Api
  public enum Holding {
    REGISTER("register"),
    MAP("map"),
    SET("set"),
    FLAG("flag"),
    COUNTER("counter");

    private final String word;

    Holding(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    static Holding of(Kind kind) {
      return switch (kind) {
        case REGISTER -> REGISTER;
        case FIELD -> MAP;
        case ELEMENT -> SET;
        case FLAG -> FLAG;
        case COUNTER -> COUNTER;
      };
    }
  }

  /**
   * One thing under a key.
   *
   * @param part the field of a map or the element of a set, else empty
   * @param value the last writer's; of an element, a flag and a counter empty
   * @param count of a counter, else 0
   */
  @Api
  public record Item(Bytes key, Holding holding, Bytes part, Bytes value, long count) {
    private static Item of(DataMessage.Atom atom) {
      Bytes value = atom.entries().isEmpty() ? Bytes.EMPTY : atom.entries().getLast().value();
      Place place = atom.place();
      return new Item(place.key(), Holding.of(place.kind()), place.part(), value, atom.count());
    }
  }

  /**
   * Gives all that a range of keys holds, page by page: what changes meanwhile may or may not be
   * there. Tells which nodes' changes may be missing.
   */
  public Told<Long> scan(KeyRange range, Consumer<Item> each)
      throws VolvoxException, InterruptedException {
    Optional<Place> after = Optional.empty();
    long count = 0;
    while (true) {
      DataCalls.Answered page =
          ask(new Action.Range(range, after, KeyLimits.PAGE_MAX), "space " + row.name());
      List<DataMessage.Atom> atoms = page.answer().atoms();
      for (DataMessage.Atom atom : atoms) {
        if (isThere(atom)) {
          each.accept(Item.of(atom));
          count++;
        }
      }
      if (!page.answer().isMore() || atoms.isEmpty()) {
        return page.told(count);
      }
      after = Optional.of(atoms.getLast().place());
    }
  }

  private static boolean isThere(DataMessage.Atom atom) {
    return !atom.entries().isEmpty() || atom.place().kind() == Kind.COUNTER;
  }

  /** The keys of a range that hold something, in their order, each once; as many as there are. */
  public Told<List<Bytes>> keys(KeyRange range) throws VolvoxException, InterruptedException {
    List<Bytes> keys = new ArrayList<>();
    Told<Long> told =
        scan(
            range,
            item -> {
              if (keys.isEmpty() || !keys.getLast().equals(item.key())) {
                keys.add(item.key());
              }
            });
    return told.map(_ -> keys);
  }

  DataCalls.Answered ask(Action action, String about) throws VolvoxException, InterruptedException {
    return calls.ask(row, action, isInSession, about);
  }

  /** One atom, as a change or a look leaves it. */
  Told<DataMessage.Atom> atom(Action action, Place place)
      throws VolvoxException, InterruptedException {
    DataCalls.Answered answered = ask(action, about(place.kind(), place.key()));
    return answered.told(
        answered.answer().atoms().stream()
            .findFirst()
            .orElseGet(() -> new DataMessage.Atom(place, List.of(), 0)));
  }

  private String about(Kind kind, Bytes key) {
    return kind.word() + " " + KeyErrors.shown(key) + " of space " + row.name();
  }

  /** All fields or elements of a key that are there. */
  Told<List<DataMessage.Atom>> parts(Bytes key, Kind kind)
      throws VolvoxException, InterruptedException {
    List<DataMessage.Atom> all = new ArrayList<>();
    Optional<Bytes> after = Optional.empty();
    while (true) {
      DataCalls.Answered page =
          ask(new Action.Parts(key, kind, after, KeyLimits.PAGE_MAX), about(kind, key));
      List<DataMessage.Atom> atoms = page.answer().atoms();
      atoms.stream().filter(AvailableSpace::isThere).forEach(all::add);
      if (!page.answer().isMore() || atoms.isEmpty()) {
        return page.told(all);
      }
      after = Optional.of(atoms.getLast().place().part());
    }
  }
}
