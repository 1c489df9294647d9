package org.volvox.cli.keys;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.Status;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failures;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.ConsistentSpace;

/** `volvox keys lease`. */
final class LeaseActions {
  private final Line line;
  private final PrintStream out;

  LeaseActions(Line line) {
    this.line = line;
    this.out = line.streams().out();
  }

  KeysCommand.Work work(String action) {
    if (action.equals("lease grant")) {
      line.want("SPACE", "TIME");
      Duration ttl = line.span(1);
      return volvox -> {
        ConsistentSpace space = Kinds.consistent(volvox.keys().open(line.word(0)), action);
        KeyLease lease = space.grant(ttl);
        if (line.isJson()) {
          print(lease);
        } else {
          out.println(lease.id());
          line.streams()
              .say("volvox keys put " + space.name() + " KEY VALUE --lease " + lease.id());
        }
        return ExitCode.DONE;
      };
    }
    line.want("SPACE", "ID");
    long id = line.number(1, "ID");
    return volvox -> {
      ConsistentSpace space = Kinds.consistent(volvox.keys().open(line.word(0)), action);
      try {
        return with(space, action, id);
      } catch (VolvoxException e) {
        throw Failures.of(
            e, Status.NOT_FOUND, "A new one: volvox keys lease grant " + space.name() + " 10s");
      }
    };
  }

  private int with(ConsistentSpace space, String action, long id)
      throws IOException, InterruptedException {
    switch (action) {
      case "lease revoke" -> space.revoke(id);
      case "lease renew" -> print(space.renew(id));
      default -> print(space.lease(id));
    }
    return ExitCode.DONE;
  }

  private void print(KeyLease lease) {
    if (line.isJson()) {
      new Json(out)
          .openObject()
          .field("lease", lease.id())
          .field("ttlMillis", lease.ttlMillis())
          .field("remainingMillis", lease.remainingMillis())
          .field("renewals", lease.renewal())
          .field("keys", lease.keys())
          .closeObject()
          .endLine();
      return;
    }
    out.println(
        "lease "
            + lease.id()
            + "  "
            + Human.span(Duration.ofMillis(lease.remainingMillis()))
            + " of "
            + Human.span(Duration.ofMillis(lease.ttlMillis()))
            + " left, renewed "
            + Human.count(lease.renewal(), "time")
            + ", "
            + Human.count(lease.keys(), "key"));
  }
}
