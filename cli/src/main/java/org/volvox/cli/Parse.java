package org.volvox.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.clock.EventId;
import org.volvox.base.clock.Origin;

/** Reads words of the command line; what cannot be read is a Failure that shows the right form. */
public final class Parse {
  private static final Pattern SPAN = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");
  private static final Pattern NODE = Pattern.compile("n?(\\d{1,5})");
  private static final Map<String, Integer> SIGNALS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("HUP", 1),
              Map.entry("INT", 2),
              Map.entry("QUIT", 3),
              Map.entry("ABRT", 6),
              Map.entry("KILL", 9),
              Map.entry("USR1", 10),
              Map.entry("USR2", 12),
              Map.entry("PIPE", 13),
              Map.entry("ALRM", 14),
              Map.entry("TERM", 15),
              Map.entry("CONT", 18),
              Map.entry("STOP", 19),
              Map.entry("TSTP", 20)));

  private Parse() {}

  /** 200ms, 5s, 2m, 1h; a bare number is seconds. */
  public static Duration span(String text) {
    Matcher matcher = SPAN.matcher(text);
    if (!matcher.matches() || text.equals("0")) {
      throw Failure.usage("not a time: " + text, "Such as 200ms, 5s or 2m.");
    }
    long count = Long.parseLong(matcher.group(1));
    Duration span =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofSeconds(count);
        };
    if (span.isZero()) {
      throw Failure.usage("not a time: " + text, "Such as 200ms, 5s or 2m.");
    }
    return span;
  }

  /** n2 or 2. */
  public static NodeId node(String text) {
    Matcher matcher = NODE.matcher(text);
    int id = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    if (id < 1 || id > 0xFFFF) {
      throw Failure.usage("not a node: " + text, "Such as n2, or 2. See them: volvox nodes");
    }
    return new NodeId(id);
  }

  public static List<NodeId> nodes(String text) {
    return List.of(text.split(",", -1)).stream().map(Parse::node).toList();
  }

  /** n1.1234, as a listing of events shows it. */
  public static EventId event(String text) {
    int dot = text.indexOf('.');
    if (dot > 0 && text.substring(dot + 1).matches("\\d{1,18}")) {
      NodeId node = node(text.substring(0, dot));
      return new EventId(new Origin.Node(node), Long.parseLong(text.substring(dot + 1)));
    }
    throw Failure.usage("not an event: " + text, "Such as n1.1234. See them: volvox events");
  }

  public static Pid pid(String text) {
    try {
      return new Pid(Long.parseLong(text));
    } catch (IllegalArgumentException e) {
      throw new Failure(
          ExitCode.WRONG_COMMAND_LINE,
          "not a process id: " + text,
          "A number. See them: volvox ps",
          e);
    }
  }

  /** 9, KILL or SIGKILL. */
  public static int signal(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
    Integer number = SIGNALS.get(name);
    if (number == null && name.matches("\\d{1,2}")) {
      number = Integer.valueOf(name);
    }
    if (number == null || number < 1 || number > 64) {
      throw Failure.usage(
          "no signal " + text, "Signals: " + String.join(" ", SIGNALS.keySet()) + ", or 1 to 64");
    }
    return number;
  }

  /** A path of the cluster; `demo` and `/demo` are the same, for the tree has one root. */
  public static String path(String text) {
    if (text.isEmpty()) {
      throw Failure.usage("an empty path", "Paths are like /docs/a.txt.");
    }
    String absolute = text.startsWith("/") ? text : "/" + text;
    String trimmed = absolute;
    while (trimmed.length() > 1 && trimmed.endsWith("/")) {
      trimmed = trimmed.substring(0, trimmed.length() - 1);
    }
    return trimmed;
  }

  public static int percent(String text) {
    String digits = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
    if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > 100) {
      throw Failure.usage("not a percentage: " + text, "Such as 5%.");
    }
    return Integer.parseInt(digits);
  }
}
