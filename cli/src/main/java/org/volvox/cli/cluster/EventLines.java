package org.volvox.cli.cluster;

import org.volvox.base.event.Event;

/** Events as a person reads them, in fixed columns so that they can be printed as they come. */
public final class EventLines {
  public static final String HEAD = line("clock", "id", "event", "because of");

  private EventLines() {}

  public static String line(Event event) {
    String cause =
        event.cause().map(before -> before.id() + " (" + before.clock() + ")").orElse("");
    return line(
        event.stamp().clock().toString(), event.stamp().id().toString(), event.text(), cause);
  }

  private static String line(String clock, String id, String what, String cause) {
    String line =
        " ".repeat(Math.max(0, 9 - clock.length()))
            + clock
            + " "
            + pad(id, 12)
            + pad(what, 52)
            + cause;
    return line.stripTrailing();
  }

  private static String pad(String text, int width) {
    int length = text.codePointCount(0, text.length());
    return text + " ".repeat(Math.max(1, width - length));
  }
}
