package org.volvox.base.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.MalformedException;

/** One JSON value, immutable; fields keep their order. {@link JsonReader} makes them. */
public sealed interface Json {
  /** {@code null}. */
  record Null() implements Json {}

  /** {@code true} or {@code false}. */
  record Bool(boolean value) implements Json {}

  /** A number as it was written: nothing is rounded. */
  record Numeral(String digits) implements Json {}

  /** A string. */
  record Text(String value) implements Json {}

  /** An array. */
  record Array(List<Json> items) implements Json {
    public Array {
      items = Collections.unmodifiableList(new ArrayList<>(items));
    }
  }

  /** An object; of a name that comes twice the last value counts. */
  record Fields(Map<String, Json> fields) implements Json {
    public Fields {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** The field, unless it is absent or null. */
    public Optional<Json> find(String name) {
      Json value = fields.get(name);
      return value == null || value instanceof Null ? Optional.empty() : Optional.of(value);
    }

    /** The field, which must be there. */
    public Json at(String name) throws MalformedException {
      Optional<Json> value = find(name);
      if (value.isEmpty()) {
        throw new MalformedException("the field \"" + name + "\" is missing");
      }
      return value.get();
    }

    public String text(String name) throws MalformedException {
      if (at(name) instanceof Text(String value)) {
        return value;
      }
      throw wrong(name, "text");
    }

    /** The text, or an empty one where the field is absent. */
    public String textOrEmpty(String name) throws MalformedException {
      return find(name).isPresent() ? text(name) : "";
    }

    public long number(String name) throws MalformedException {
      if (at(name) instanceof Numeral(String digits)) {
        try {
          return Long.parseLong(digits);
        } catch (NumberFormatException e) {
          throw wrong(name, "a whole number of 64 bits");
        }
      }
      throw wrong(name, "a number");
    }

    public Fields object(String name) throws MalformedException {
      if (at(name) instanceof Fields value) {
        return value;
      }
      throw wrong(name, "an object");
    }

    public List<Json> array(String name) throws MalformedException {
      if (at(name) instanceof Array(List<Json> items)) {
        return items;
      }
      throw wrong(name, "an array");
    }

    private static MalformedException wrong(String name, String wanted) {
      return new MalformedException("the field \"" + name + "\" is not " + wanted);
    }
  }

  /** This value as an object; for a whole text that must be one. */
  default Fields asFields() throws MalformedException {
    if (this instanceof Fields fields) {
      return fields;
    }
    throw new MalformedException("not a JSON object");
  }
}
