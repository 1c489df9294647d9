package org.volvox.worlds.clock;

import java.util.ArrayList;
import java.util.List;
import org.volvox.base.event.HappenedBefore.Answer;

/** A run whose events can be asked how they stand to each other. */
public interface History {
  Run run();

  /** How the left event stands to the right one. */
  Answer compare(int left, int right);

  /** The chain of messages that leads from one event to a later one; empty if none is recorded. */
  List<Causality.Link> chain(int first, int second);

  /** What stands before, after and beside an event. */
  record Cone(List<Integer> past, List<Integer> future, List<Integer> concurrent) {}

  /** The cone of an event among the first {@code cursor}; what is unknown is in no part of it. */
  default Cone cone(int event, int cursor) {
    Cone cone = new Cone(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < cursor; i++) {
      if (run().at(i).isEvent()) {
        switch (compare(i, event)) {
          case BEFORE -> cone.past().add(i);
          case AFTER -> cone.future().add(i);
          case CONCURRENT -> cone.concurrent().add(i);
          case SAME, UNKNOWN -> {}
        }
      }
    }
    return cone;
  }
}
