package org.volvox.cli.services;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.volvox.base.syscall.ServiceName;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeRef;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Root;
import org.volvox.cli.Suggest;
import org.volvox.client.Volvox;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.JsonCall;
import org.volvox.client.service.JsonCalls;
import org.volvox.client.service.JsonReply;
import org.volvox.client.service.ServiceException;
import org.volvox.rpc.marshal.RemoteServiceException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox call`: one call of a service from the shell, JSON in and out. */
@Command(
    name = "call",
    description = "Calls a method of a service and prints what it returns, as JSON.",
    customSynopsis = {
      "volvox call NAME METHOD [ARG...] [--trace]",
      "volvox call NAME METHOD --args ARRAY [--trace]"
    },
    footer = {
      "",
      "An ARG is JSON, and where a string is wanted also the bare text. A text that begins with a",
      "hyphen wants JSON: '\"-x\"'. If the method takes a stream, its items come from standard input,",
      "a JSON text a line; of a method that returns one, the items are printed so, as they come.",
      "A method that returns nothing prints nothing, with --json null.",
      "",
      "--trace prints behind the result the five steps of the call with their times and the Lamport",
      "clocks of both programs, with --json as an object with steps.",
      "",
      "Exit codes: 1 the method threw, 2 no such method or arguments that do not fit, 3 nobody serves",
      "it and it did not run, 4 not allowed, 124 no answer and it may have run.",
      "",
      "Examples:",
      "  volvox call CalcService add 5 10",
      "  volvox call CalcService add --args '[5, 10]' --trace",
      "  seq 1 1000 | volvox call Statistics sum"
    })
public final class CallCommand extends AbstractCommand {
  private static final int ARRAY_BYTES_MAX = 16 << 20;
  private static final Pattern NUMBER = Pattern.compile("-\\d.*");

  @Parameters(index = "0", paramLabel = "NAME", description = "the service, such as CalcService")
  private String name = "";

  @Parameters(index = "1", paramLabel = "METHOD", description = "which method of it")
  private String method = "";

  @Parameters(index = "2..*", arity = "0..*", paramLabel = "ARG", description = "the arguments")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--args",
      paramLabel = "ARRAY",
      description = "all arguments as one JSON array; - reads it from standard input")
  private Optional<String> array = Optional.empty();

  @Option(names = "--trace", description = "and where the time went")
  private boolean isTraced;

  public CallCommand(Root root) {
    super(root);
  }

  /** Negative numbers look like options. */
  @Override
  public boolean isUnknownOptionAWord() {
    return true;
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    requireWords();
    ServiceName service = ServiceFailures.name(name);
    CallOptions options = CallOptions.DEFAULT.within(root().timeout());
    try (Volvox volvox = root().connect()) {
      JsonCalls calls = volvox.services().json();
      MethodDef chosen = choose(calls.describe(service.path(), options));
      JsonReply reply =
          calls.call(
              new JsonCall(service.path(), method, arguments(), items(chosen), isTraced), options);
      return print(reply, chosen);
    } catch (ServiceException e) {
      throw ServiceFailures.of(name, e);
    } catch (RemoteServiceException e) {
      return threw(e);
    } catch (UncheckedIOException e) {
      throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), "", e);
    }
  }

  private void requireWords() {
    for (String each : words) {
      if (each.startsWith("-") && !NUMBER.matcher(each).matches()) {
        throw Failure.usage(
            "call: Unknown option: '" + each + "'", "As an argument: '\"" + each + "\"'");
      }
    }
    if (array.isPresent() && !words.isEmpty()) {
      throw Failure.usage("call: --args goes with no ARG", "More: volvox call --help");
    }
  }

  private MethodDef choose(Schema schema) {
    List<MethodDef> named = schema.meant(method);
    if (named.isEmpty()) {
      List<String> names = schema.methods().stream().map(MethodDef::name).toList();
      throw Failure.usage(
          name
              + " has no method \""
              + method
              + "\""
              + Suggest.nearest(method, names)
                  .map(near -> "; did you mean \"" + near + "\"?")
                  .orElse(""),
          "See them: volvox services describe " + name);
    }
    return named.stream()
        .filter(each -> array.isPresent() || each.sent().size() == words.size())
        .findFirst()
        .orElseThrow(() ->
            Failure.usage(
                Human.count(words.size(), "argument") + " for " + named.getFirst().text(),
                "It did not run. See: volvox services describe " + name));
  }

  private JsonCall.Arguments arguments() throws IOException {
    if (array.isEmpty()) {
      return new JsonCall.Arguments.Words(words);
    }
    if (!array.get().equals("-")) {
      return new JsonCall.Arguments.Array(array.get());
    }
    byte[] read = streams().in().readNBytes(ARRAY_BYTES_MAX + 1);
    if (read.length > ARRAY_BYTES_MAX) {
      throw Failure.usage("call: --args of more than " + ARRAY_BYTES_MAX + " bytes", "");
    }
    return new JsonCall.Arguments.Array(new String(read, StandardCharsets.UTF_8));
  }

  private Optional<Iterator<String>> items(MethodDef chosen) {
    return chosen.argumentStream().map(_ -> new InputItems(streams().in()));
  }

  private int print(JsonReply reply, MethodDef chosen) {
    if (reply.items().isPresent()) {
      Iterator<String> items = reply.items().get();
      while (items.hasNext()) {
        streams().out().println(items.next());
        if (streams().out().checkError()) {
          return ExitCode.CLOSED_PIPE; // The reader went away, as head does; nobody is to be told.
        }
      }
    } else if (root().isJson() || chosen.result() != TypeRef.Simple.VOID) {
      streams().out().println(reply.value());
    }
    TraceView view = new TraceView(streams().out());
    reply.trace().ifPresent(root().isJson() ? view::printJson : view::printText);
    return ExitCode.DONE;
  }

  private int threw(RemoteServiceException thrown) {
    streams().out().flush();
    // Its message begins with what it was at the service.
    streams().say("volvox: " + name + "." + method + " threw " + thrown.getMessage());
    if (root().isDebug()) {
      thrown.remoteStack().forEach(frame -> streams().say("    at " + frame));
    }
    return ExitCode.FAILED;
  }
}
