package org.volvox.consensus.paxos;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * Has all that was chosen chosen once more among joint acceptors, page by page: a quorum says which
 * keys there are, each of them is touched, and in the end a quorum knows what anybody has
 * forgotten. Whoever answered a survey answers nobody any more who knows older acceptors. Used by
 * {@link Paxos} only.
 */
final class Rescan {
  private final Acceptors acceptors;
  private final PaxosConfig config;
  private final Map<NodeId, PaxosMessage.Surveyed> answers = new TreeMap<>();

  /** Keys of this page that are not done. */
  private final TreeSet<Bytes> open = new TreeSet<>();

  private Optional<Bytes> after = Optional.empty();

  /** Where the page ends; empty if it is the last. */
  private Optional<Bytes> end = Optional.empty();

  private boolean isClosing;
  private long forgotten;
  private long round;
  private MonoTime dueAt;

  Rescan(Acceptors acceptors, PaxosConfig config, MonoTime now) {
    this.acceptors = acceptors;
    this.config = config;
    dueAt = now;
  }

  MonoTime dueAt() {
    return dueAt;
  }

  /** Asks whoever has not answered yet, and has what failed touched again. */
  void ask(long nextRound, MonoTime now, Consumer<PaxosEffect> effects) {
    if (answers.isEmpty()) {
      round = nextRound; // Else the answers of before are for this page as well.
    }
    dueAt = now.plus(config.attempt());
    for (NodeId node : acceptors.all()) {
      if (!answers.containsKey(node)) {
        effects.accept(
            new PaxosEffect.Send(
                node, acceptors, new PaxosMessage.Survey(round, after, forgotten)));
      }
    }
  }

  /** The keys to touch now. */
  List<Bytes> onSurveyed(NodeId from, PaxosMessage.Surveyed told) {
    if (told.round() != round || !open.isEmpty() || acceptors.isQuorum(answers.keySet())) {
      return List.of();
    }
    answers.put(from, told);
    forgotten = isClosing ? forgotten : Math.max(forgotten, told.forgotten());
    if (!acceptors.isQuorum(answers.keySet()) || isClosing) {
      return List.of();
    }
    end =
        answers.values().stream()
            .filter(PaxosMessage.Surveyed::hasMore)
            .map(page -> page.keys().getLast())
            .min(Bytes::compareTo);
    TreeSet<Bytes> keys = new TreeSet<>();
    for (PaxosMessage.Surveyed page : answers.values()) {
      page.keys().stream()
          .filter(key -> end.isEmpty() || key.compareTo(end.get()) <= 0)
          .forEach(keys::add);
    }
    open.addAll(keys);
    return List.copyOf(keys);
  }

  /** Keys that are still to be touched. */
  List<Bytes> open() {
    return List.copyOf(open);
  }

  void touched(Bytes key) {
    open.remove(key);
  }

  /** Goes on to the next page if this one is done; true if there was none left. */
  boolean turn(long nextRound, MonoTime now, Consumer<PaxosEffect> effects) {
    if (!open.isEmpty() || !acceptors.isQuorum(answers.keySet())) {
      return false;
    }
    if (isClosing) {
      return true;
    }
    answers.clear();
    isClosing = end.isEmpty();
    after = end.isEmpty() ? after : end;
    ask(nextRound, now, effects);
    return false;
  }
}
