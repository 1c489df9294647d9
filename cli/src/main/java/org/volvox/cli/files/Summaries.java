package org.volvox.cli.files;

import java.time.Duration;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.Streams;
import org.volvox.client.TreeTransfer;

/** Says what a folder's transfer did, for people or as JSON. Used by put and get. */
record Summaries(Streams streams, boolean json) {
  void print(String verb, String target, TreeTransfer.Summary summary, Duration span) {
    if (json) {
      new Json(streams.out())
          .openObject()
          .field("path", target)
          .field("moved", summary.moved())
          .field("equal", summary.equal())
          .field("leftOut", summary.leftOut())
          .field("bytes", summary.bytes())
          .closeObject()
          .endLine();
      return;
    }
    StringBuilder text =
        new StringBuilder(verb + " " + target + ", " + Human.count(summary.moved(), "file"))
            .append(", " + Human.bytes(summary.bytes()) + " in " + Human.span(span));
    if (summary.equal() > 0) {
      text.append("; " + summary.equal() + " were there and equal");
    }
    if (summary.leftOut() > 0) {
      text.append("; left out " + summary.leftOut() + " that are no files (links, devices)");
    }
    streams.say(text.toString());
  }
}
