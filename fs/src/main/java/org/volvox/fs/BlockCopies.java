package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.volvox.base.NodeId;

/**
 * What is known of the copies of one block, node by node, and what follows from it. A pure
 * function; whoever reads, scrubs or checks a block asks it.
 *
 * <ol>
 *   <li>One whole copy is enough: all others are made again from it.
 *   <li>A block is lost only when every node that may have it has said that it has no whole copy.
 *       As long as one is silent, nothing is known and nothing is given up.
 * </ol>
 */
public final class BlockCopies {
  private final TreeMap<NodeId, Copy> copies = new TreeMap<>();

  /** What a node has. */
  public enum Copy {
    /** All bytes, with their checksum. */
    WHOLE("has it"),
    /** It was here, and what is on the disk is not it any more. */
    DAMAGED("has a damaged copy"),
    /** Nothing. */
    MISSING("has none"),
    /** The node does not answer. */
    SILENT("does not answer");

    private final String words;

    Copy(String words) {
      this.words = words;
    }
  }

  /** What follows. */
  public sealed interface Verdict {
    /** Every copy is whole, as far as nodes answer. */
    record Sound() implements Verdict {}

    /** Copies that are not whole can be made again from those that are. */
    record Repairable(List<NodeId> sources, List<NodeId> targets) implements Verdict {}

    /** No whole copy answers; those that are silent may have one. */
    record Unknown(List<NodeId> silent) implements Verdict {}

    /** No node has it any more; only a backup may. */
    record Lost() implements Verdict {}
  }

  /** What a node said, or that it said nothing; the last word counts. */
  public void add(NodeId node, Copy copy) {
    copies.put(node, copy);
  }

  /** What these copies come to; of a block that nobody was asked about, nothing is known. */
  public Verdict verdict() {
    List<NodeId> whole = those(Copy.WHOLE);
    List<NodeId> silent = those(Copy.SILENT);
    List<NodeId> lacking = new ArrayList<>(those(Copy.DAMAGED));
    lacking.addAll(those(Copy.MISSING));
    lacking.sort(null);
    if (!whole.isEmpty()) {
      return lacking.isEmpty() ? new Verdict.Sound() : new Verdict.Repairable(whole, lacking);
    }
    return copies.isEmpty() || !silent.isEmpty() ? new Verdict.Unknown(silent) : new Verdict.Lost();
  }

  /** Why there is nothing to read, and what to do about it, as a user reads it. */
  public String text() {
    String each =
        copies.entrySet().stream().map(BlockCopies::words).collect(Collectors.joining(", "));
    return switch (verdict()) {
      case Verdict.Sound(), Verdict.Repairable(_, _) -> each;
      case Verdict.Unknown(var silent) when silent.isEmpty() -> "no node could be asked";
      case Verdict.Unknown(var silent) ->
          each
              + "; start "
              + silent.stream().map(NodeId::toString).collect(Collectors.joining(", "));
      case Verdict.Lost() -> each + "; it is lost but for a backup";
    };
  }

  private static String words(Map.Entry<NodeId, Copy> entry) {
    return entry.getKey() + " " + entry.getValue().words;
  }

  private List<NodeId> those(Copy wanted) {
    return copies.entrySet().stream()
        .filter(entry -> entry.getValue() == wanted)
        .map(Map.Entry::getKey)
        .toList();
  }
}
