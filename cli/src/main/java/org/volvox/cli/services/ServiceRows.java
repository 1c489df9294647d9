package org.volvox.cli.services;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Table;
import org.volvox.client.service.Directory;

/** Instances of services as a listing shows them: a line each. */
public final class ServiceRows {
  private static final int INSTANCE_DIGITS = 8;

  private final PrintStream out;
  private final boolean isJson;

  public ServiceRows(PrintStream out, boolean isJson) {
    this.out = out;
    this.isJson = isJson;
  }

  /** All of them, as a table or as an array of objects. */
  public void print(List<ServiceRow> rows) {
    if (isJson) {
      Json json = new Json(out).openArray();
      for (ServiceRow row : rows) {
        json.openObject();
        fields(json, row);
        json.closeObject();
      }
      json.closeArray().endLine();
      return;
    }
    Table table = new Table("NAME", "INSTANCE", "INTERFACE", "WHERE", "HEALTH", "SINCE");
    for (ServiceRow row : rows) {
      table.row(
          row.name().shortForm(),
          instance(row),
          row.type(),
          row.where(),
          health(row),
          Human.time(since(row)));
    }
    table.print(out);
  }

  /** One change as a line, or as an object a line; what says only that all was told is nothing. */
  public void print(Directory.Change change) {
    switch (change) {
      case Directory.Change.Added(var row) -> line("bound", row);
      case Directory.Change.Updated(var row) -> line("changed", row);
      case Directory.Change.Removed(var row) -> line("gone", row);
      case Directory.Change.Complete() -> {}
    }
  }

  private void line(String change, ServiceRow row) {
    if (isJson) {
      Json json = new Json(out).openObject().field("change", change);
      fields(json, row);
      json.closeObject().endLine();
    } else {
      String padded = change + " ".repeat("changed".length() - change.length());
      out.println(
          String.join(
              "  ",
              padded,
              row.name().shortForm(),
              instance(row),
              row.type(),
              row.where(),
              health(row)));
    }
  }

  private static void fields(Json json, ServiceRow row) {
    json.field("name", row.name().shortForm())
        .field("path", row.name().path())
        .field("instance", row.instance().toString())
        .field("interface", row.type())
        .field("where", row.where())
        .field("healthy", row.healthy())
        .field("healthText", row.healthText())
        .field("since", since(row).toString())
        .field("user", row.principal())
        .field("session", row.session().toString())
        .name("endpoints")
        .openArray();
    row.endpoints().forEach(json::value);
    json.closeArray();
  }

  private static Instant since(ServiceRow row) {
    return Instant.ofEpochMilli(row.sinceMillis());
  }

  private static String instance(ServiceRow row) {
    return row.instance().toString().substring(0, INSTANCE_DIGITS);
  }

  private static String health(ServiceRow row) {
    if (row.healthy()) {
      return "healthy";
    }
    return row.healthText().isEmpty() ? "unhealthy" : "unhealthy: " + row.healthText();
  }
}
