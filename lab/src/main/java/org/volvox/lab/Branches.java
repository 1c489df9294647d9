package org.volvox.lab;

import java.util.ArrayList;
import java.util.List;

/** The runs that an edit of the past left behind, oldest first. */
final class Branches {
  /** A page cannot show more; the oldest goes. */
  static final int KEPT_MAX = 32;

  private final List<Branch> kept = new ArrayList<>();
  private int made;

  String newId() {
    return "b" + ++made;
  }

  void keep(Branch branch) {
    kept.add(branch);
    if (kept.size() > KEPT_MAX) {
      kept.removeFirst();
    }
  }

  Branch find(String id) throws LabException {
    for (Branch branch : kept) {
      if (branch.id().equals(id)) {
        return branch;
      }
    }
    throw new LabException("no branch " + id + " is kept");
  }

  /** Takes one out and keeps another. */
  void exchange(Branch taken, Branch other) {
    kept.remove(taken);
    keep(other);
  }

  List<Branch> kept() {
    return List.copyOf(kept);
  }
}
