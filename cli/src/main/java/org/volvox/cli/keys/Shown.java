package org.volvox.cli.keys;

import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyRow;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Streams;
import org.volvox.client.keys.Told;

/** Keys and values as people and scripts read them. */
final class Shown {
  private Shown() {}

  static boolean isText(Bytes bytes) {
    String text = bytes.utf8();
    return Bytes.utf8(text).equals(bytes) && text.codePoints().noneMatch(Character::isISOControl);
  }

  /** As one word or a few of one line: text as it is, else 0x and hex. */
  static String line(Bytes bytes) {
    return isText(bytes) ? bytes.utf8() : "0x" + bytes.hex();
  }

  /** As a field by this name if it is text, else by this name and Hex. */
  static Json field(Json json, String name, Bytes bytes) {
    String text = bytes.utf8();
    return Bytes.utf8(text).equals(bytes)
        ? json.field(name, text)
        : json.field(name + "Hex", bytes.hex());
  }

  static Json value(Json json, Bytes bytes) {
    return isText(bytes) ? json.value(bytes.utf8()) : json.value("0x" + bytes.hex());
  }

  /** The fields of a row. */
  static Json row(Json json, KeyRow row, boolean hasValue) {
    field(json, "key", row.key());
    if (hasValue) {
      field(json, "value", row.value());
    }
    json.field("created", row.created()).field("changed", row.changed());
    return json.field("version", row.version()).field("lease", row.lease());
  }

  /** Says on the side which nodes' changes may be missing. */
  static <T> T told(Streams streams, Told<T> told) {
    for (Told.Silent each : told.silent()) {
      streams.say(
          "as "
              + told.node()
              + " has it; nothing was heard from "
              + each.node()
              + " for "
              + Human.span(each.age())
              + ", whose changes may be missing");
    }
    return told.value();
  }
}
