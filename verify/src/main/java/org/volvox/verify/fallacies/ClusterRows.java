package org.volvox.verify.fallacies;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** Rows of the commands that look at the nodes, change who belongs to them, and of registers. */
final class ClusterRows {
  private static final int NOT_ALLOWED = 4;
  private static final int REFUSED = 1;
  private static final String NO_LINKS = "only the nodes of a local cluster take link faults";
  private static final Pattern EVENT = Pattern.compile("\\bn\\d\\.\\d+");

  private ClusterRows() {}

  static List<Row> all() {
    return List.of(
        new Row("nodes", "nodes", Row.Where.ALWAYS, ClusterRows::nodes),
        new Row("status", "status", Row.Where.ALWAYS, ClusterRows::status),
        new Row("node log", "node log", Row.Where.WHOLE, ClusterRows::log),
        new Row("node promote", "node promote", Row.Where.WHOLE, ClusterRows::promote),
        new Row("node remove", "node remove", Row.Where.WHOLE, ClusterRows::remove),
        new Row("node keep", "node keep", Row.Where.WHOLE, ClusterRows::keep),
        new Row("node drain", "node drain", Row.Where.WHOLE, ClusterRows::drain),
        new Row("node transfer", "node transfer", Row.Where.WHOLE, ClusterRows::transfer),
        new Row("node priority", "node priority", Row.Where.ALWAYS, ClusterRows::priority),
        net("net heal", Row.Where.ALWAYS),
        net("net cut", Row.Where.WHOLE, "n3"),
        net("net slow", Row.Where.WHOLE, "n1", "200ms"),
        net("net drop", Row.Where.WHOLE, "n1-n2", "5%"),
        net("net leaderless", Row.Where.WHOLE, "1s"),
        new Row("events", "events", Row.Where.ALWAYS, ClusterRows::events),
        new Row("events", "events --follow", Row.Where.ALWAYS, ClusterRows::follow),
        new Row("events", "events --happened-before", Row.Where.WHOLE, ClusterRows::before),
        new Row("fs scrub", "fs scrub --now", Row.Where.ALWAYS, ClusterRows::scrub),
        new Row("register get", "register get", Row.Where.ALWAYS, ClusterRows::get),
        new Row("register set", "register set", Row.Where.WHOLE, ClusterRows::set),
        new Row("register cas", "register cas", Row.Where.ALWAYS, ClusterRows::compare),
        new Row("register decide", "register decide", Row.Where.WHOLE, ClusterRows::decide),
        new Row("register rm", "register rm", Row.Where.WHOLE, ClusterRows::forget));
  }

  private static Cell nodes(Place place) throws IOException {
    Ran ran = place.volvox("nodes");
    return place.verdicts().of("nodes", ran, Expected.done().says("n1 ", "n2 ", "n3 ", "leader"));
  }

  private static Cell status(Place place) throws IOException {
    Ran ran = place.volvox("status");
    int code = ran.out().startsWith("all is well") ? 0 : REFUSED;
    return place.verdicts().of("status", ran, Expected.done().code(code).says(" up, "));
  }

  private static Cell log(Place place) throws IOException {
    Ran ran = place.volvox("node", "log", "n1");
    return place.verdicts().of("node log", ran, Expected.done().says("n1"));
  }

  private static Cell promote(Place place) throws IOException {
    Ran ran = place.volvox("node", "promote", "n3");
    return place.verdicts().of("node promote", ran, Expected.done().says("n3 is a voter"));
  }

  private static Cell remove(Place place) throws IOException {
    Ran ran = place.volvox("node", "remove", "n9");
    Expected expected = Expected.done().code(REFUSED).says("n9");
    return place.verdicts().of("node remove", ran, expected);
  }

  private static Cell keep(Place place) throws IOException {
    Ran ran = place.volvox("node", "keep", "n3");
    return place.verdicts().of("node keep", ran, Expected.done().says("n3 stays"));
  }

  private static Cell drain(Place place) throws IOException {
    // All faults drain the same node: one after the other.
    synchronized (ClusterRows.class) {
      place.sound("undrain", "3");
      Ran ran = place.volvox("node", "drain", "n3", "--no-wait");
      Expected expected =
          Expected.done()
              .says("n3 gives its blocks to others")
              .effect(() -> place.sound("draining", "3").equals("true") ? 1 : 0);
      Cell cell = place.verdicts().ofNow("node drain", ran, expected);
      place.sound("undrain", "3");
      return cell;
    }
  }

  private static Cell transfer(Place place) throws IOException {
    synchronized (ClusterRows.class) {
      Ran ran = place.volvox("node", "transfer");
      return place.verdicts().of("node transfer", ran, Expected.done().says(" leads, after "));
    }
  }

  private static Cell priority(Place place) throws IOException {
    synchronized (ClusterRows.class) {
      String value = Integer.toString(place.fault().machine());
      Ran ran = place.volvox("node", "priority", "n2", value);
      Expected expected =
          Expected.done()
              .says("n2 has priority " + value)
              .effect(() -> place.sound("priority", "2").equals(value) ? 1 : 0);
      return place.verdicts().ofNow("node priority", ran, expected);
    }
  }

  /** The matrix runs on a cluster that is not local, which refuses these. */
  private static Row net(String command, Row.Where where, String... more) {
    return new Row(
        command,
        command,
        where,
        place -> {
          List<String> words = new java.util.ArrayList<>(List.of(command.split(" ", -1)));
          words.addAll(List.of(more));
          Ran ran = place.volvox(words.toArray(String[]::new));
          Expected expected = Expected.done().code(NOT_ALLOWED).says(NO_LINKS);
          return place.verdicts().of(command, ran, expected);
        });
  }

  private static Cell events(Place place) throws IOException {
    Ran ran = place.volvox("events", "--last", "20");
    Expected expected =
        Expected.done()
            .output(told ->
                told.out().lines().count() == 21 && EVENT.matcher(told.out()).find()
                    ? ""
                    : "not a heading and 20 events");
    return place.verdicts().of("events", ran, expected);
  }

  private static Cell follow(Place place) throws IOException {
    Ran ran = place.first("events", "--follow");
    return place.verdicts().of("events --follow", ran, Expected.done().says("clock id"));
  }

  private static Cell before(Place place) throws IOException {
    Ran ran = place.volvox("events", "--happened-before", "n1.1", "n1.2");
    Expected expected = Expected.done().says("n1.1", "n1.2");
    return place.verdicts().of("events --happened-before", ran, expected);
  }

  private static Cell scrub(Place place) throws IOException {
    Ran ran = place.volvox("fs", "scrub", "--now");
    return place.verdicts().of("fs scrub", ran, Expected.done().says("n1 ", "n2 ", "n3 "));
  }

  /** A register with a value. */
  private static String register(Place place, String value) {
    String name = place.path();
    place.sound("set", name, value);
    return name;
  }

  private static Cell get(Place place) throws IOException {
    String name = register(place, "old");
    Ran ran = place.volvox("register", "get", name);
    return place.verdicts().of("register get", ran, Expected.done(name).prints("old\n"));
  }

  private static Cell set(Place place) throws IOException {
    String name = place.path();
    Ran ran = place.volvox("register", "set", name, "new");
    return place.verdicts().of("register set", ran, registered(place, name));
  }

  private static Expected registered(Place place, String name) {
    return Expected.done(name).effect(() -> place.seen("new", "register", name));
  }

  private static Cell compare(Place place) throws IOException {
    String name = register(place, "old");
    Ran ran = place.volvox("register", "cas", name, "old", "new");
    Expected expected =
        Expected.done(name)
            .effect(() -> {
              String value = place.sound("register", name);
              return value.equals("new") ? 1 : value.equals("old") ? 0 : 2;
            });
    return place.verdicts().of("register cas", ran, expected);
  }

  private static Cell decide(Place place) throws IOException {
    String name = place.path();
    Ran ran = place.volvox("register", "decide", name, "new");
    return place.verdicts().of("register decide", ran, registered(place, name).prints("new\n"));
  }

  private static Cell forget(Place place) throws IOException {
    String name = register(place, "old");
    Ran ran = place.volvox("register", "rm", name);
    Expected expected = Expected.done(name).effect(() -> 1 - place.seen("old", "register", name));
    return place.verdicts().of("register rm", ran, expected);
  }
}
