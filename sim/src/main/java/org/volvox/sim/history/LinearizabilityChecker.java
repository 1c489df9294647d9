package org.volvox.sim.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a history is linearizable (Herlihy and Wing 1990): the search of Wing and Gong
 * (1993) with the memory of Lowe (2017), key by key, as linearizability is local. Operations
 * without an answer may be placed anywhere after their call, or left out.
 */
public final class LinearizabilityChecker<S> {
  private final SequentialModel<S> model;
  private final int statesMax;

  /** The search of one key gives up after {@code statesMax} distinct states. */
  public LinearizabilityChecker(SequentialModel<S> model, int statesMax) {
    this.model = model;
    this.statesMax = statesMax;
  }

  /** A violation if any key has one, else undecided if any key is. */
  public Verdict check(List<Operation> operations) {
    Map<Integer, List<Operation>> byKey = new TreeMap<>();
    for (Operation operation : operations) {
      byKey.computeIfAbsent(operation.key(), _ -> new ArrayList<>()).add(operation);
    }
    Verdict verdict = new Verdict.Linearizable();
    for (List<Operation> ofKey : byKey.values()) {
      Verdict found = new Search<>(model, statesMax, ofKey).run();
      switch (found) {
        case Verdict.Violated _ -> {
          return found;
        }
        case Verdict.Undecided _ -> verdict = found;
        case Verdict.Linearizable _ -> {}
      }
    }
    return verdict;
  }

  /** A call or an answer in the doubly linked list that the search takes operations out of. */
  private static final class Node {
    final int number;
    final boolean isCall;
    @Nullable Node answer;
    @Nullable Node before;
    @Nullable Node after;

    Node(int number, boolean isCall) {
      this.number = number;
      this.isCall = isCall;
    }

    void unlink() {
      if (before != null) {
        before.after = after;
      }
      if (after != null) {
        after.before = before;
      }
    }

    void relink() {
      if (before != null) {
        before.after = this;
      }
      if (after != null) {
        after.before = this;
      }
    }
  }

  private record Memo<S>(BitSet placed, S state) {}

  private record Placed<S>(Node call, S before) {}

  private static final class Search<S> {
    private final SequentialModel<S> model;
    private final int statesMax;
    private final List<Operation> operations;
    private final Node head = new Node(-1, true);
    private final Set<Memo<S>> seen = new LinkedHashSet<>();
    private final Deque<Placed<S>> stack = new ArrayDeque<>();
    private final BitSet placed = new BitSet();
    private Operation furthest;
    private S state;

    Search(SequentialModel<S> model, int statesMax, List<Operation> operations) {
      this.model = model;
      this.statesMax = statesMax;
      this.operations = operations;
      state = model.initial();
      furthest = operations.getFirst();
      link();
    }

    private void link() {
      record Event(int place, Node node) {}
      List<Event> events = new ArrayList<>();
      for (int i = 0; i < operations.size(); i++) {
        Node call = new Node(i, true);
        events.add(new Event(operations.get(i).call(), call));
        if (!operations.get(i).isOpen()) {
          call.answer = new Node(i, false);
          events.add(new Event(operations.get(i).end(), call.answer));
        }
      }
      events.sort(Comparator.comparingInt(Event::place));
      Node last = head;
      for (Event event : events) {
        last.after = event.node;
        event.node.before = last;
        last = event.node;
      }
    }

    Verdict run() {
      int key = operations.getFirst().key();
      @Nullable Node at = head.after;
      while (at != null) {
        if (at.isCall) {
          at = place(at);
        } else if (stack.isEmpty()) {
          return new Verdict.Violated(key, furthest);
        } else {
          at = backtrack(at);
        }
        if (seen.size() > statesMax) {
          return new Verdict.Undecided(key);
        }
      }
      // No answer is left to explain; calls that are left never took effect.
      return new Verdict.Linearizable();
    }

    private @Nullable Node place(Node call) {
      Optional<S> next = model.step(state, operations.get(call.number));
      if (next.isEmpty()) {
        return call.after;
      }
      placed.set(call.number);
      if (!seen.add(new Memo<>((BitSet) placed.clone(), next.get()))) {
        placed.clear(call.number);
        return call.after;
      }
      stack.push(new Placed<>(call, state));
      state = next.get();
      call.unlink();
      if (call.answer != null) {
        call.answer.unlink();
      }
      return head.after;
    }

    private @Nullable Node backtrack(Node answer) {
      if (operations.get(answer.number).end() > furthest.end() || furthest.isOpen()) {
        furthest = operations.get(answer.number);
      }
      Placed<S> last = stack.pop();
      state = last.before;
      placed.clear(last.call.number);
      if (last.call.answer != null) {
        last.call.answer.relink();
      }
      last.call.relink();
      return last.call.after;
    }
  }
}
