package org.volvox.cli.lab;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Json;
import org.volvox.cli.Root;
import org.volvox.cli.ShutdownHooks;
import org.volvox.console.PageServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** `volvox lab`: the clock simulator in the browser, without a cluster, until Ctrl-C. */
@Command(
    name = "lab",
    description = "Serves the clock simulator to a browser of this machine, until Ctrl-C.",
    customSynopsis = "volvox lab [--port P] [--no-open]",
    footer = {
      "",
      "It needs no cluster. Each node of a cluster serves it too, at its own address, port 7680.",
      "A cluster's run is opened in it from a file: volvox events --json > run.jsonl",
      "",
      "Examples:",
      "  volvox lab",
      "  volvox lab --port 8080 --no-open"
    })
public final class LabCommand extends AbstractCommand {
  private static final int PORT_MAX = 65535;
  private static final int UNSET = -1;

  @Option(names = "--port", paramLabel = "P", description = "where (7680, or any that is free)")
  private int port = UNSET;

  @Option(names = "--no-open", description = "only print the address")
  private boolean noOpen;

  public LabCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws InterruptedException {
    if (port != UNSET && (port < 0 || port > PORT_MAX)) {
      throw Failure.usage("lab: a port " + port, "It may be 0 (any) to " + PORT_MAX + ".");
    }
    PageServer server = start();
    ShutdownHooks.add(server::close);
    URI address = server.lab();
    if (root().isJson()) {
      new Json(streams().out())
          .openObject()
          .field("lab", address.toString())
          .closeObject()
          .endLine();
    } else {
      streams().out().println(address);
    }
    streams().out().flush();
    streams().say("the lab is there until Ctrl-C");
    if (!noOpen && !root().isJson()) {
      open(address);
    }
    new CountDownLatch(1).await();
    return ExitCode.DONE;
  }

  private PageServer start() {
    InetAddress address = InetAddress.ofLiteral("127.0.0.1");
    try {
      return PageServer.start(address, port == UNSET ? PageServer.NODE_PORT : port);
    } catch (IOException taken) {
      if (port != UNSET) {
        throw new Failure(
            ExitCode.FAILED,
            "the lab cannot be served at " + taken.getMessage(),
            "Name another port, or none: volvox lab",
            taken);
      }
    }
    try {
      return PageServer.start(address, 0);
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, "the lab cannot be served at " + e.getMessage(), "", e);
    }
  }

  /** A browser, where there is a desktop; whether it opens one or not, the address is printed. */
  private void open(URI address) {
    boolean desktop =
        Stream.of("DISPLAY", "WAYLAND_DISPLAY")
            .anyMatch(name -> !streams().environment().getOrDefault(name, "").isEmpty());
    if (!desktop || !new File("/usr/bin/xdg-open").canExecute()) {
      return;
    }
    try {
      new ProcessBuilder("/usr/bin/xdg-open", address.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      streams().say("no browser could be opened: " + e.getMessage());
    }
  }
}
