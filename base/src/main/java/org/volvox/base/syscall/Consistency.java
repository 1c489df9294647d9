package org.volvox.base.syscall;

import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.MalformedException;

/** What the keys of a space promise; chosen when it is created, and for its whole life. */
@Api
public enum Consistency {
  /**
   * Linearizable, by the log: the side of a split without a majority can neither read nor write.
   */
  CONSISTENT(1, "consistent"),
  /** Readable and writable on any one node, merged when nodes meet again. */
  AVAILABLE(2, "available"),
  /** A linearizable register for each key, by Paxos: any majority serves it, and nobody leads. */
  LEADERLESS(3, "leaderless");

  private final int code;
  private final String word;

  Consistency(int code, String word) {
    this.code = code;
    this.word = word;
  }

  /** Its form on the wire and on disk, a u8. */
  public int code() {
    return code;
  }

  /** As people write it. */
  public String word() {
    return word;
  }

  /** The one that is written so; empty if none is. */
  public static Optional<Consistency> ofWord(String word) {
    for (Consistency each : values()) {
      if (each.word.equals(word)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  static Consistency ofCode(int code) throws MalformedException {
    for (Consistency each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    throw new MalformedException("unknown consistency " + code);
  }
}
