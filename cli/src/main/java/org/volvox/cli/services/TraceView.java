package org.volvox.cli.services;

import java.io.PrintStream;
import java.util.Locale;
import org.volvox.cli.Json;
import org.volvox.cli.Table;
import org.volvox.client.service.CallTrace;

/** Where the time of a call went, in the five steps of a remote procedure call. */
public final class TraceView {
  private static final double NANOS_PER_MICRO = 1_000;

  private final PrintStream out;

  public TraceView(PrintStream out) {
    this.out = out;
  }

  public void printText(CallTrace trace) {
    new Table(">STEP", "WHAT", ">TIME", "CLOCK")
        .row(
            "1",
            "client stub packs " + bytes(trace.requestBytes()),
            micros(trace.packNanos()),
            Long.toString(trace.packedClock()))
        .row("2", "network, there and back", micros(trace.networkNanos()), "")
        .row(
            "3",
            "server stub unpacks",
            micros(trace.unpackNanos()),
            Long.toString(trace.receivedClock()))
        .row("4", "execution on " + trace.where(), micros(trace.runNanos()), "")
        .row(
            "5",
            "return: server stub packs",
            micros(trace.returnNanos()),
            trace.sentClock() + " -> " + trace.returnedClock())
        .print(out);
  }

  public void printJson(CallTrace trace) {
    Json json = new Json(out).openObject().name("steps").openArray();
    json.openObject()
        .field("step", "pack")
        .field("bytes", trace.requestBytes())
        .field("nanos", trace.packNanos())
        .field("clock", trace.packedClock())
        .closeObject();
    json.openObject().field("step", "network").field("nanos", trace.networkNanos()).closeObject();
    json.openObject()
        .field("step", "unpack")
        .field("nanos", trace.unpackNanos())
        .field("clock", trace.receivedClock())
        .closeObject();
    json.openObject()
        .field("step", "execution")
        .field("nanos", trace.runNanos())
        .field("where", trace.where())
        .closeObject();
    json.openObject()
        .field("step", "return")
        .field("nanos", trace.returnNanos())
        .field("clock", trace.sentClock())
        .field("returnedClock", trace.returnedClock())
        .closeObject();
    json.closeArray().closeObject().endLine();
  }

  private static String bytes(int bytes) {
    return bytes == 1 ? "1 byte" : bytes + " bytes";
  }

  private static String micros(long nanos) {
    return String.format(Locale.ROOT, "%.1f µs", nanos / NANOS_PER_MICRO);
  }
}
