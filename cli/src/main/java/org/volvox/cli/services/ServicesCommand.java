package org.volvox.cli.services;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.volvox.base.syscall.ServiceName;
import org.volvox.calls.schema.OpenApi;
import org.volvox.calls.schema.Schema;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.Directory;
import org.volvox.client.service.ServiceException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox services`: the objects that programs of the cluster offer under names. */
@Command(
    name = "services",
    description = "Lists the services that programs of the cluster offer, a line an instance.",
    customSynopsis = {
      "volvox services [PREFIX] [--watch] [--json]",
      "volvox services describe NAME [--json | --openapi]"
    },
    footer = {
      "",
      "PREFIX is the beginning of names: math is all of /services/math. An instance is gone within",
      "seconds when its program dies. Callers avoid an unhealthy one.",
      "",
      "--watch prints what there is and then each change, until Ctrl-C: bound, changed or gone.",
      "describe prints the methods and the types they use, as an instance has them, nearly as Java",
      "writes them; with --openapi as an OpenAPI 3.1 document of POST /rpc/NAME/METHOD.",
      "",
      "With --json: an array of objects with name, path, instance, interface, where, healthy,",
      "healthText, since (ISO 8601), user, session, endpoints; with --watch an object a line with",
      "change too. describe: an object with interface, methods (name, parameters, result, idempotent,",
      "brief, throws) and types.",
      "",
      "Examples:",
      "  volvox services",
      "  volvox services math/ --watch",
      "  volvox services describe CalcService"
    })
public final class ServicesCommand extends AbstractCommand {
  private static final String DESCRIBE = "describe";

  /** How often a watch looks whether it still hears. */
  private static final Duration LOOK = Duration.ofMillis(500);

  @Parameters(arity = "0..2", paramLabel = "WORD", description = "a prefix, or describe NAME")
  private List<String> words = new ArrayList<>();

  @Option(names = "--watch", description = "and each change from then on, until Ctrl-C")
  private boolean isWatching;

  @Option(names = "--openapi", description = "describe: as an OpenAPI document")
  private boolean isOpenApi;

  public ServicesCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return List.of("", DESCRIBE);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    if (!words.isEmpty() && words.getFirst().equals(DESCRIBE)) {
      return describe();
    }
    if (isOpenApi) {
      throw Failure.usage("--openapi goes with services describe", "More: volvox services --help");
    }
    if (words.size() > 1) {
      throw Failure.usage(
          "services takes one PREFIX, not also " + words.get(1), "More: volvox services --help");
    }
    String prefix = prefix(words.isEmpty() ? "" : words.getFirst());
    ServiceRows rows = new ServiceRows(streams().out(), root().isJson());
    try (Volvox volvox = root().connect()) {
      if (isWatching) {
        watch(volvox, prefix, rows);
      } else {
        rows.print(volvox.services().list(prefix));
      }
    }
    return ExitCode.DONE;
  }

  private static String prefix(String text) {
    String path = text.startsWith("/") ? text : ServiceName.ROOT + text;
    if (ServiceName.ROOT.startsWith(path)) {
      return ServiceName.ROOT;
    }
    if (!path.startsWith(ServiceName.ROOT)) {
      throw Failure.usage("no service is at " + text, "They are all below " + ServiceName.ROOT);
    }
    return path;
  }

  private void watch(Volvox volvox, String prefix, ServiceRows rows)
      throws IOException, InterruptedException {
    CountDownLatch readerIsGone = new CountDownLatch(1);
    Directory.Watch watch =
        volvox
            .services()
            .watch(
                prefix,
                change -> {
                  rows.print(change);
                  if (streams().out().checkError()) {
                    readerIsGone.countDown();
                  }
                });
    try {
      while (!readerIsGone.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        if (watch.age().compareTo(root().timeout()) > 0) {
          // Asked in so many words, the cluster is there again, or says why not.
          var _ = volvox.services().list(prefix);
        }
      }
    } finally {
      watch.close();
    }
  }

  private int describe() throws IOException, InterruptedException {
    if (words.size() != 2) {
      throw Failure.usage(
          "services describe: which one?", "Such as: volvox services describe CalcService");
    }
    if (isWatching) {
      throw Failure.usage("services describe has no --watch", "More: volvox services --help");
    }
    ServiceName name = ServiceFailures.name(words.get(1));
    Schema schema;
    try (Volvox volvox = root().connect()) {
      CallOptions options = CallOptions.DEFAULT.within(root().timeout());
      schema = volvox.services().json().describe(name.path(), options);
    } catch (ServiceException e) {
      throw ServiceFailures.of(words.get(1), e);
    }
    SchemaView view = new SchemaView(streams().out());
    if (isOpenApi) {
      streams().out().println(OpenApi.of(name.shortForm(), schema));
    } else if (root().isJson()) {
      view.printJson(schema);
    } else {
      view.printText(schema);
    }
    return ExitCode.DONE;
  }
}
