package org.volvox.gateways.jsonrpc;

import java.util.List;
import java.util.Map;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonWriter;

/** Writes a value that was read. */
final class JsonText {
  private JsonText() {}

  static void write(Json value, JsonWriter out) {
    switch (value) {
      case Json.Null _ -> out.nothing();
      case Json.Bool(boolean bool) -> out.value(bool);
      case Json.Numeral(String digits) -> out.raw(digits);
      case Json.Text(String text) -> out.value(text);
      case Json.Array(List<Json> items) -> {
        out.array();
        items.forEach(each -> write(each, out));
        out.end();
      }
      case Json.Fields(Map<String, Json> fields) -> {
        out.object();
        fields.forEach((name, each) -> write(each, out.name(name)));
        out.end();
      }
    }
  }
}
