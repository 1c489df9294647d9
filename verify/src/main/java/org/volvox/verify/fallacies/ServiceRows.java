package org.volvox.verify.fallacies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Rows of the commands for services, and of the calls of a program. */
final class ServiceRows {
  private static final int THREW = 1;
  private static final int UNSUPPORTED = 2;
  private static final int ITEMS = 2000;
  private static final String SUM = Long.toString(ITEMS * (ITEMS + 1L) / 2);

  private ServiceRows() {}

  static List<Row> all() {
    return List.of(
        new Row("services", "services", Row.Where.ALWAYS, ServiceRows::list),
        new Row("services", "services --watch", Row.Where.ALWAYS, ServiceRows::watch),
        new Row("services describe", "services describe", Row.Where.WHOLE, ServiceRows::describe),
        new Row("call", "call, idempotent", Row.Where.WHOLE, ServiceRows::add),
        new Row("call", "call, at most once", Row.Where.ALWAYS, ServiceRows::enter),
        new Row("call", "call, stream to the caller", Row.Where.ALWAYS, ServiceRows::down),
        new Row("call", "call, stream to the service", Row.Where.ALWAYS, ServiceRows::sum),
        new Row("call", "call, exception", Row.Where.WHOLE, ServiceRows::fail),
        new Row("call", "call, no such method", Row.Where.WHOLE, ServiceRows::gone),
        new Row(Row.CALLS, "idempotent", Row.Where.ALWAYS, ServiceRows::programAdds),
        new Row(Row.CALLS, "at most once", Row.Where.ALWAYS, ServiceRows::programEnters),
        new Row(Row.CALLS, "stream to the caller", Row.Where.ALWAYS, ServiceRows::programReads),
        new Row(Row.CALLS, "stream to the service", Row.Where.ALWAYS, ServiceRows::programWrites),
        new Row(Row.CALLS, "exception", Row.Where.ALWAYS, ServiceRows::programThrows),
        new Row(Row.CALLS, "no such method", Row.Where.ALWAYS, ServiceRows::programMisses),
        new Row(Row.CALLS, "bind, and be called", Row.Where.ALWAYS, ServiceRows::programBinds));
  }

  private static Expected probe() {
    return Expected.done(Probe.NAME);
  }

  private static Cell list(Place place) throws IOException {
    Ran ran = place.volvox("services", "fallacies/");
    return place.verdicts().of("services", ran, probe().says(Probe.NAME + " ", "healthy"));
  }

  private static Cell watch(Place place) throws IOException {
    Ran ran = place.first("services", "fallacies/", "--watch");
    return place.verdicts().of("services --watch", ran, probe().says("bound    " + Probe.NAME));
  }

  private static Cell describe(Place place) throws IOException {
    Ran ran = place.volvox("services", "describe", Probe.NAME);
    Expected expected = probe().says("int enter(String word)", "Stream<Long> down(long from)");
    return place.verdicts().of("services describe", ran, expected);
  }

  private static Cell add(Place place) throws IOException {
    Ran ran = place.volvox("call", Probe.NAME, "add", "5", "-10");
    return place.verdicts().of("call add", ran, probe().prints("-5\n"));
  }

  private static Cell enter(Place place) throws IOException {
    String word = place.name();
    Ran ran = place.volvox("call", Probe.NAME, "enter", word);
    Expected expected = probe().prints("1\n").effect(() -> entries(place, word));
    return place.verdicts().of("call enter", ran, expected);
  }

  private static int entries(Place place, String word) {
    return Integer.parseInt(place.sound("entries", word));
  }

  private static Cell down(Place place) throws IOException {
    Ran ran = place.volvox("call", Probe.NAME, "down", Integer.toString(ITEMS));
    String all =
        LongStream.range(0, ITEMS)
            .mapToObj(i -> Long.toString(ITEMS - i))
            .collect(Collectors.joining("\n", "", "\n"));
    return place.verdicts().of("call down", ran, probe().prints(all));
  }

  private static Cell sum(Place place) throws IOException {
    Path numbers = place.local();
    Files.write(numbers, LongStream.rangeClosed(1, ITEMS).mapToObj(Long::toString).toList());
    Ran ran = place.volvox(numbers.toFile(), "call", Probe.NAME, "sum");
    return place.verdicts().of("call sum", ran, probe().prints(SUM + "\n"));
  }

  private static Cell fail(Place place) throws IOException {
    Ran ran = place.volvox("call", Probe.NAME, "fail", "broken");
    Expected expected = probe().code(THREW).says("threw java.lang.IllegalStateException: broken");
    return place.verdicts().of("call fail", ran, expected);
  }

  private static Cell gone(Place place) throws IOException {
    Ran ran = place.volvox("call", Probe.NAME, "gone", "1");
    Expected expected = probe().code(UNSUPPORTED).says("has no method \"gone\"");
    return place.verdicts().of("call gone", ran, expected);
  }

  private static Cell programAdds(Place place) {
    return place.verdicts().of("idempotent", place.call("add"), probe().prints("42"));
  }

  private static Cell programEnters(Place place) {
    String word = place.name();
    Ran ran = place.call("enter", word);
    Expected expected = probe().prints("1").effect(() -> entries(place, word));
    return place.verdicts().of("at most once", ran, expected);
  }

  private static Cell programReads(Place place) {
    Ran ran = place.call("down", Integer.toString(ITEMS));
    return place.verdicts().of("stream to the caller", ran, probe().prints(ITEMS + " " + SUM));
  }

  private static Cell programWrites(Place place) {
    Ran ran = place.call("sum", Integer.toString(ITEMS));
    return place.verdicts().of("stream to the service", ran, probe().prints(SUM));
  }

  private static Cell programThrows(Place place) {
    Ran ran = place.call("fail", "broken");
    Expected expected = probe().code(THREW).says("java.lang.IllegalStateException: broken");
    return place.verdicts().of("exception", ran, expected);
  }

  private static Cell programMisses(Place place) {
    Expected expected = probe().code(UNSUPPORTED).says("gone");
    return place.verdicts().of("no such method", place.call("gone"), expected);
  }

  private static Cell programBinds(Place place) {
    String name = "fallacies/" + place.name();
    Ran ran = place.call("bind", name);
    Expected expected =
        Expected.done(name)
            .effect(() -> Integer.parseInt(place.sound("bound", name)))
            .output(_ ->
                place.sound("add", name).equals("7") ? "" : "others cannot call what it bound");
    Cell cell = place.verdicts().ofNow("bind", ran, expected);
    place.call("unbind");
    return cell;
  }
}
