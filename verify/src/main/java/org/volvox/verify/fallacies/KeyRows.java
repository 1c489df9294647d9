package org.volvox.verify.fallacies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** Rows of the commands for keys. */
final class KeyRows {
  private static final String APP = "consistent";
  private static final String DATA = "available";
  private static final int REFUSED = 1;

  /** What one node has, the others have by then. */
  private static final Duration MERGED = Duration.ofSeconds(3);

  private KeyRows() {}

  static List<Row> all() {
    return List.of(
        row("space create", Row.Where.ALWAYS, KeyRows::create),
        row("space list", Row.Where.WHOLE, KeyRows::list),
        row("space describe", Row.Where.WHOLE, KeyRows::describe),
        row("space remove", Row.Where.WHOLE, KeyRows::drop),
        row("put", Row.Where.ALWAYS, KeyRows::put),
        row("get", Row.Where.ALWAYS, KeyRows::get),
        row("del", Row.Where.WHOLE, KeyRows::delete),
        row("range", Row.Where.ALWAYS, KeyRows::range),
        row("cas", Row.Where.WHOLE, KeyRows::compare),
        row("txn", Row.Where.ALWAYS, KeyRows::transact),
        row("watch", Row.Where.ALWAYS, KeyRows::watch),
        row("lock", Row.Where.ALWAYS, KeyRows::lock),
        row("lease grant", Row.Where.WHOLE, KeyRows::grant),
        row("lease renew", Row.Where.ALWAYS, KeyRows::renew),
        row("lease revoke", Row.Where.WHOLE, KeyRows::revoke),
        row("lease show", Row.Where.WHOLE, KeyRows::showLease),
        row("incr", Row.Where.ALWAYS, KeyRows::count),
        row("add", Row.Where.WHOLE, KeyRows::add),
        row("remove", Row.Where.WHOLE, KeyRows::remove),
        row("members", Row.Where.ALWAYS, KeyRows::members),
        row("flag", Row.Where.WHOLE, KeyRows::flag),
        row("field put", Row.Where.WHOLE, KeyRows::putField),
        row("field get", Row.Where.ALWAYS, KeyRows::getField),
        row("field del", Row.Where.WHOLE, KeyRows::deleteField),
        row("field list", Row.Where.WHOLE, KeyRows::fields),
        row("compact", Row.Where.WHOLE, KeyRows::compact));
  }

  private static Row row(String action, Row.Where where, Row.Work work) {
    String command = "keys " + action;
    return new Row(command, command, where, work);
  }

  /** A key that no other row has, in a space that is there. */
  private static String key(Place place) {
    place.sound("key-space", APP, APP);
    return place.name();
  }

  private static String data(Place place) {
    place.sound("key-space", DATA, DATA);
    return place.name();
  }

  private static Ran keys(Place place, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("keys"));
    all.addAll(List.of(words));
    return place.volvox(all.toArray(String[]::new));
  }

  private static Cell cell(Place place, String action, Ran ran, Expected expected) {
    return place.verdicts().of("keys " + action, ran, expected);
  }

  /** 1 once the witness, who may ask another node, answers this; 0 if it does not. */
  private static IntSupplier merged(Place place, String right, String... words) {
    return () -> {
      long end = System.nanoTime() + MERGED.toNanos();
      while (!place.sound(words).equals(right)) {
        if (System.nanoTime() > end) return 0;
      }
      return 1;
    };
  }

  private static Cell create(Place place) throws IOException {
    String name = place.name();
    Ran ran = keys(place, "space", "create", name, "--consistency", APP);
    Expected expected = Expected.done(name).effect(() -> place.seen(APP, "key-space-is", name));
    return cell(place, "space create", ran, expected);
  }

  private static Cell list(Place place) throws IOException {
    var _ = key(place);
    Ran ran = keys(place, "space", "list");
    return cell(place, "space list", ran, Expected.done().says(APP));
  }

  private static Cell describe(Place place) throws IOException {
    var _ = data(place);
    Ran ran = keys(place, "space", "describe", DATA);
    return cell(place, "space describe", ran, Expected.done().says("available is available"));
  }

  private static Cell drop(Place place) throws IOException {
    String name = place.name();
    place.sound("key-space", name, DATA);
    Ran ran = keys(place, "space", "remove", name);
    Expected expected =
        Expected.done(name)
            .effect(() -> place.sound("key-space-is", name).equals(Witness.ABSENT) ? 1 : 0);
    return cell(place, "space remove", ran, expected);
  }

  private static Expected holds(Place place, String key, String value) {
    return Expected.done(key, APP).effect(() -> place.seen(value, "key", APP, key));
  }

  private static Cell put(Place place) throws IOException {
    String key = key(place);
    Ran ran = keys(place, "put", APP, key, "new");
    return cell(place, "put", ran, holds(place, key, "new"));
  }

  private static String old(Place place) {
    String key = key(place);
    place.sound("key-put", APP, key, "old");
    return key;
  }

  private static Cell get(Place place) throws IOException {
    String key = old(place);
    Ran ran = keys(place, "get", APP, key);
    return cell(place, "get", ran, Expected.done(key, APP).prints("old\n"));
  }

  private static Cell delete(Place place) throws IOException {
    String key = old(place);
    Ran ran = keys(place, "del", APP, key);
    Expected expected =
        Expected.done(key, APP).effect(() -> 1 - place.seen("old", "key", APP, key));
    return cell(place, "del", ran, expected);
  }

  private static Cell range(Place place) throws IOException {
    String key = old(place);
    Ran ran = keys(place, "range", APP, key);
    return cell(place, "range", ran, Expected.done(key, APP).prints(key + "\told\n"));
  }

  private static Expected changes(Place place, String key) {
    return Expected.done(key, APP)
        .effect(() -> {
          String value = place.sound("key", APP, key);
          return value.equals("new") ? 1 : value.equals("old") ? 0 : 2;
        });
  }

  private static Cell compare(Place place) throws IOException {
    String key = old(place);
    Ran ran = keys(place, "cas", APP, key, "old", "new");
    return cell(place, "cas", ran, changes(place, key));
  }

  private static Cell transact(Place place) throws IOException {
    String key = old(place);
    Path text = place.local();
    Files.writeString(text, "if value " + key + " = old\nthen put " + key + " new\n");
    Ran ran = keys(place, "txn", APP, "-f", text.toString());
    return cell(place, "txn", ran, changes(place, key));
  }

  private static Cell watch(Place place) throws IOException {
    String key = key(place);
    String from = place.sound("key-revision", APP);
    place.sound("key-put", APP, key, "new");
    Ran ran = keys(place, "watch", APP, key, "--from", from, "--count", "1");
    Expected expected = Expected.done(key, APP).says("\tput\t" + key + "\tnew");
    return cell(place, "watch", ran, expected);
  }

  private static Cell lock(Place place) throws IOException {
    String key = key(place);
    Ran ran = keys(place, "lock", APP, key, "--", "sh", "-c", "echo had $VOLVOX_LOCK_TOKEN");
    return cell(place, "lock", ran, Expected.done(key, APP).ofRun().says("had "));
  }

  private static Cell grant(Place place) throws IOException {
    var _ = key(place);
    Ran ran = keys(place, "lease", "grant", APP, "1h");
    return cell(place, "lease grant", ran, Expected.done(APP).says("--lease "));
  }

  private static String lease(Place place) {
    var _ = key(place);
    return place.sound("key-lease", APP);
  }

  private static Cell renew(Place place) throws IOException {
    String lease = lease(place);
    Ran ran = keys(place, "lease", "renew", APP, lease);
    Expected expected =
        Expected.done(lease, APP)
            .says("renewed 1 time,")
            .effect(() -> Integer.parseInt(place.sound("key-renewals", APP, lease)));
    return cell(place, "lease renew", ran, expected);
  }

  private static Cell revoke(Place place) throws IOException {
    String lease = lease(place);
    Ran ran = keys(place, "lease", "revoke", APP, lease);
    Expected expected =
        Expected.done(lease, APP)
            .effect(() -> place.sound("key-renewals", APP, lease).equals(Witness.ABSENT) ? 1 : 0);
    return cell(place, "lease revoke", ran, expected);
  }

  private static Cell showLease(Place place) throws IOException {
    String lease = lease(place);
    Ran ran = keys(place, "lease", "show", APP, lease);
    Expected expected = Expected.done(lease, APP).says("lease " + lease, "renewed 0 times");
    return cell(place, "lease show", ran, expected);
  }

  /** Each addition once, whatever was lost on the way. */
  private static Cell count(Place place) throws IOException {
    String key = data(place);
    Ran ran = keys(place, "incr", DATA, key);
    IntSupplier counted = merged(place, "1", "key-count", DATA, key);
    Expected expected =
        Expected.done(key, DATA)
            .prints("1\n")
            .effect(() ->
                counted.getAsInt() == 1
                    ? 1
                    : Integer.parseInt(place.sound("key-count", DATA, key)));
    return cell(place, "incr", ran, expected);
  }

  private static Cell add(Place place) throws IOException {
    String key = data(place);
    Ran ran = keys(place, "add", DATA, key, "red");
    Expected expected =
        Expected.done(key, DATA).effect(merged(place, "red", "key-members", DATA, key));
    return cell(place, "add", ran, expected);
  }

  private static String set(Place place) {
    String key = data(place);
    place.sound("key-add", DATA, key, "red");
    return key;
  }

  /** Takes away what its node knows, which may have heard of nothing yet: that is right too. */
  private static Cell remove(Place place) throws IOException {
    String key = set(place);
    Ran ran = keys(place, "remove", DATA, key, "red");
    return cell(place, "remove", ran, Expected.done(key, DATA));
  }

  private static Cell members(Place place) throws IOException {
    String key = set(place);
    Ran ran = keys(place, "members", DATA, key);
    Expected expected =
        Expected.done(key, DATA)
            .output(told ->
                told.out().equals("red\n") || told.out().isEmpty() ? "" : "not what is there");
    return cell(place, "members", ran, expected);
  }

  private static Cell flag(Place place) throws IOException {
    String key = data(place);
    Ran ran = keys(place, "flag", DATA, key, "on");
    Expected expected =
        Expected.done(key, DATA).effect(merged(place, "true", "key-flag", DATA, key));
    return cell(place, "flag", ran, expected);
  }

  private static Cell putField(Place place) throws IOException {
    String key = data(place);
    Ran ran = keys(place, "field", "put", DATA, key, "field", "new");
    Expected expected =
        Expected.done(key, DATA).effect(merged(place, "new", "key-field", DATA, key, "field"));
    return cell(place, "field put", ran, expected);
  }

  private static Cell getField(Place place) throws IOException {
    String key = data(place);
    Ran ran = keys(place, "field", "get", DATA, key, "field");
    Expected expected = Expected.done(key, DATA).code(REFUSED).says("has no field field");
    return cell(place, "field get", ran, expected);
  }

  private static Cell deleteField(Place place) throws IOException {
    String key = data(place);
    Ran ran = keys(place, "field", "del", DATA, key, "field");
    return cell(place, "field del", ran, Expected.done(key, DATA));
  }

  private static Cell fields(Place place) throws IOException {
    String key = data(place);
    Ran ran = keys(place, "field", "list", DATA, key);
    return cell(place, "field list", ran, Expected.done(key, DATA).prints(""));
  }

  private static Cell compact(Place place) throws IOException {
    String name = place.name();
    place.sound("key-space", name, APP);
    place.sound("key-put", name, "a", "1");
    place.sound("key-put", name, "a", "2");
    Ran ran = keys(place, "compact", name, "2");
    Expected expected = Expected.done(name).says("the history of space " + name);
    return cell(place, "compact", ran, expected);
  }
}
