package org.volvox.node.data;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyLimits;
import org.volvox.calls.message.DataMessage.Action;
import org.volvox.calls.message.DataMessage.Kind;
import org.volvox.calls.message.DataMessage.Place;

/** What is refused whatever the data is: sizes, and what does not go with its kind. */
final class DataBounds {
  private DataBounds() {}

  /** Why it cannot be; empty if it can. */
  static Optional<String> refusal(Action action) {
    return switch (action) {
      case Action.Put(var place, var value) ->
          place(place)
              .or(() -> fits(place, "a put", isValued(place.kind())))
              .or(() -> size("value", value, KeyLimits.VALUE_BYTES_MAX));
      case Action.Mark(var place) ->
          place(place).or(() -> fits(place, "a mark", isMarked(place.kind())));
      case Action.Erase(var place) ->
          place(place).or(() -> fits(place, "an erase", place.kind() != Kind.COUNTER));
      case Action.Add(var place, _) ->
          place(place).or(() -> fits(place, "an add", place.kind() == Kind.COUNTER));
      case Action.Reset(var place) ->
          place(place).or(() -> fits(place, "a reset", place.kind() == Kind.COUNTER));
      case Action.Look(var place) -> place(place);
      case Action.Parts(var key, var kind, var after, var limit) ->
          size("key", key, KeyLimits.KEY_BYTES_MAX)
              .or(() -> hasParts(kind) ? Optional.empty() : noParts(kind))
              .or(() -> after.flatMap(part -> size("part", part, KeyLimits.KEY_BYTES_MAX)))
              .or(() -> limit(limit));
      case Action.Range(var range, var after, var limit) ->
          size("key", range.from(), KeyLimits.KEY_BYTES_MAX + 1)
              .or(() -> range.to().flatMap(to -> size("key", to, KeyLimits.KEY_BYTES_MAX + 1)))
              .or(() -> after.flatMap(DataBounds::place))
              .or(() -> limit(limit));
    };
  }

  private static Optional<String> place(Place place) {
    return size("key", place.key(), KeyLimits.KEY_BYTES_MAX)
        .or(() -> size("part", place.part(), KeyLimits.KEY_BYTES_MAX))
        .or(() ->
            place.part().isEmpty() || hasParts(place.kind())
                ? Optional.empty()
                : noParts(place.kind()));
  }

  private static Optional<String> size(String what, Bytes bytes, int max) {
    return bytes.length() <= max
        ? Optional.empty()
        : Optional.of(
            "the " + what + " has " + bytes.length() + " bytes; it may have " + max + " at most");
  }

  private static Optional<String> limit(int limit) {
    return limit >= 1 && limit <= KeyLimits.PAGE_MAX
        ? Optional.empty()
        : Optional.of(
            "a page of "
                + Integer.toUnsignedString(limit)
                + " atoms; it may have 1 to "
                + KeyLimits.PAGE_MAX);
  }

  private static Optional<String> fits(Place place, String what, boolean isFit) {
    return isFit
        ? Optional.empty()
        : Optional.of(what + " does not go with a " + place.kind().word());
  }

  private static Optional<String> noParts(Kind kind) {
    return Optional.of("a " + kind.word() + " has no parts; a map has fields, a set has elements");
  }

  private static boolean hasParts(Kind kind) {
    return kind == Kind.FIELD || kind == Kind.ELEMENT;
  }

  private static boolean isValued(Kind kind) {
    return kind == Kind.REGISTER || kind == Kind.FIELD;
  }

  private static boolean isMarked(Kind kind) {
    return kind == Kind.ELEMENT || kind == Kind.FLAG;
  }
}
