package org.volvox.cli.keys;

import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.client.keys.AvailableSpace;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeySpace;
import org.volvox.client.keys.LeaderlessSpace;

/** Says what to do where a space is not of the kind that an action is for. */
final class Kinds {
  private Kinds() {}

  static ConsistentSpace consistent(KeySpace space, String action) {
    return switch (space) {
      case ConsistentSpace consistent -> consistent;
      case AvailableSpace _ -> throw wrong(space, "available", action, "consistent");
      case LeaderlessSpace _ -> throw wrong(space, "leaderless", action, "consistent");
    };
  }

  static AvailableSpace available(KeySpace space, String action) {
    return switch (space) {
      case AvailableSpace available -> available;
      case ConsistentSpace _ -> throw wrong(space, "consistent", action, "available");
      case LeaderlessSpace _ -> throw wrong(space, "leaderless", action, "available");
    };
  }

  /** What this kind has not. */
  static Failure wrong(KeySpace space, String is, String action, String wanted) {
    String has =
        switch (space) {
          case ConsistentSpace _ -> "put, get, del, range, cas, txn, watch, lock, lease, incr";
          case AvailableSpace _ -> "put, get, del, range, incr, add, remove, members, flag, field";
          case LeaderlessSpace _ -> "put, get, del, cas";
        };
    return new Failure(
        ExitCode.FAILED,
        "keys " + action + " is for a space that is " + wanted + "; " + space.name() + " is " + is,
        "It has " + has + ". More: volvox keys space describe " + space.name());
  }
}
