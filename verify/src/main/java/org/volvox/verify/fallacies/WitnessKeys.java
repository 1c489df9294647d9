package org.volvox.verify.fallacies;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.Status;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.AvailableSpace;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeySpaces;

/**
 * What the witness does with keys: spaces that are named as their kinds, made when first needed.
 */
final class WitnessKeys {
  private final KeySpaces spaces;

  WitnessKeys(Volvox volvox) {
    this.spaces = volvox.keys();
  }

  String answer(List<String> words) throws IOException, InterruptedException {
    String name = words.get(1);
    return switch (words.getFirst()) {
      case "key-space" -> make(name, Consistency.ofWord(words.get(2)).orElseThrow());
      case "key-space-is" -> isThere(name);
      case "key-put" -> put(name, words.get(2), words.get(3));
      case "key" -> get(name, words.get(2));
      case "key-count" -> Long.toString(data(name).counter(words.get(2)).get().value());
      case "key-add" -> {
        data(name).set(words.get(2)).add(words.get(3));
        yield "done";
      }
      case "key-members" ->
          data(name).set(words.get(2)).elements().value().stream()
              .map(Bytes::utf8)
              .collect(Collectors.joining(" "));
      case "key-flag" -> Boolean.toString(data(name).flag(words.get(2)).isOn().value());
      case "key-field" -> text(data(name).map(words.get(2)).get(words.get(3)).value());
      case "key-lease" -> Long.toString(consistent(name).grant(Duration.ofHours(1)).id());
      case "key-renewals" -> renewals(name, Long.parseLong(words.get(2)));
      case "key-revision" -> Long.toString(consistent(name).revision());
      default -> throw new IllegalArgumentException(words.getFirst());
    };
  }

  private String make(String name, Consistency consistency)
      throws IOException, InterruptedException {
    try {
      return Long.toString(spaces.create(name, consistency).id());
    } catch (VolvoxException e) {
      if (e.is(Status.EXISTS)) return "there";
      throw e;
    }
  }

  private String isThere(String name) throws IOException, InterruptedException {
    try {
      return spaces.describe(name).consistency().word();
    } catch (VolvoxException e) {
      if (e.is(Status.NOT_FOUND)) return Witness.ABSENT;
      throw e;
    }
  }

  private ConsistentSpace consistent(String name) throws IOException, InterruptedException {
    return spaces.consistent(name);
  }

  private AvailableSpace data(String name) throws IOException, InterruptedException {
    return spaces.available(name);
  }

  private String put(String name, String key, String value)
      throws IOException, InterruptedException {
    if (spaces.open(name) instanceof ConsistentSpace space) {
      space.put(key, value);
    } else {
      data(name).map(key).put("field", value);
    }
    return "done";
  }

  private String get(String name, String key) throws IOException, InterruptedException {
    return text(consistent(name).get(key).map(row -> row.value()));
  }

  private static String text(Optional<Bytes> value) {
    return value.map(Bytes::utf8).orElse(Witness.ABSENT);
  }

  private String renewals(String name, long lease) throws IOException, InterruptedException {
    try {
      return Long.toString(consistent(name).lease(lease).renewal());
    } catch (VolvoxException e) {
      if (e.is(Status.NOT_FOUND)) return Witness.ABSENT;
      throw e;
    }
  }
}
