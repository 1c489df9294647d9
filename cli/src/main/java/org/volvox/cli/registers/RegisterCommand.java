package org.volvox.cli.registers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Json;
import org.volvox.cli.Root;
import org.volvox.cli.Suggest;
import org.volvox.client.Register;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox register`: small values that need no leader. */
@Command(
    name = "register",
    description =
        "Small values by name, there while any majority answers, with a leader or without.",
    customSynopsis = {
      "volvox register get NAME",
      "volvox register set NAME VALUE",
      "volvox register cas NAME EXPECTED VALUE",
      "volvox register cas --absent NAME VALUE",
      "volvox register decide NAME VALUE",
      "volvox register rm NAME"
    },
    footer = {
      "",
      "  get     prints the value; exit code 1 if there is none",
      "  set     sets it, whatever is there",
      "  cas     sets it if EXPECTED is there, or with --absent nothing; exit code 1 if not",
      "  decide  the first value that anybody decides stays for ever; prints that one",
      "  rm      takes the value away",
      "",
      "A value has up to 64 KiB, a name up to 255 bytes. With --json: an object with name, value (as",
      "text, and not there if there is none), version and decided.",
      "",
      "Examples:",
      "  volvox register set /app/owner n1",
      "  volvox register cas /app/owner n1 n2",
      "  volvox register decide /app/winner \"$HOSTNAME\""
    })
public final class RegisterCommand extends AbstractCommand {
  private static final List<String> ACTIONS = List.of("get", "set", "cas", "decide", "rm");

  @Parameters(index = "0", paramLabel = "ACTION", description = "what to do")
  private String action = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "of the register")
  private String name = "";

  @Parameters(index = "2..*", arity = "0..2", paramLabel = "VALUE", description = "as text")
  private List<String> values = new ArrayList<>();

  @Option(names = "--absent", description = "cas: nothing is expected there")
  private boolean isAbsent;

  public RegisterCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return ACTIONS;
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Suggest.require("register", action, ACTIONS);
    if (isAbsent && !action.equals("cas")) {
      throw Failure.usage("register " + action + " has no --absent", "It is for cas only.");
    }
    requireValues();
    try (Volvox volvox = root().connect()) {
      Register register = volvox.register(name);
      return switch (action) {
        case "get" -> shown(new Register.Outcome(true, register.get()));
        case "set" -> changed(register.set(value(0)));
        case "cas" ->
            changed(
                register.compareAndSet(
                    isAbsent ? Optional.empty() : Optional.of(value(0)),
                    Optional.of(value(isAbsent ? 0 : 1))));
        case "rm" -> changed(register.delete());
        default -> shown(register.decide(value(0)));
      };
    }
  }

  private void requireValues() {
    int wanted =
        switch (action) {
          case "get", "rm" -> 0;
          case "cas" -> isAbsent ? 1 : 2;
          default -> 1;
        };
    if (values.size() != wanted) {
      throw Failure.usage(
          "register "
              + action
              + " wants NAME"
              + (wanted == 2 ? " EXPECTED" : "")
              + (wanted > 0 ? " VALUE" : " only"),
          "More: volvox register --help");
    }
  }

  private Bytes value(int index) {
    return Bytes.utf8(values.get(index));
  }

  private int changed(Register.Outcome outcome) {
    if (outcome.isDone()) {
      if (root().isJson()) {
        printJson(outcome.now());
      }
      return ExitCode.DONE;
    }
    throw refused(outcome.now());
  }

  private int shown(Register.Outcome outcome) {
    Register.Value now = outcome.now();
    if (!outcome.isDone()) {
      throw refused(now);
    }
    if (root().isJson()) {
      printJson(now);
    } else if (now.value().isPresent()) {
      byte[] value = now.value().get().toArray();
      streams().out().write(value, 0, value.length);
      streams().out().println();
    } else {
      throw new Failure(
          ExitCode.FAILED,
          "register " + name + " has no value",
          "volvox register set " + name + " VALUE");
    }
    return now.value().isPresent() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private Failure refused(Register.Value now) {
    String there = now.value().map(value -> "has the value " + value.utf8()).orElse("has no value");
    if (now.isDecided()) {
      return new Failure(
          ExitCode.FAILED, "register " + name + " is decided for ever and " + there, "");
    }
    return new Failure(
        ExitCode.FAILED,
        "register " + name + " " + there,
        action.equals("decide")
            ? "What was set can be changed: decide wants a name of its own."
            : "Look again: volvox register get " + name);
  }

  private void printJson(Register.Value now) {
    Json json = new Json(streams().out()).openObject().field("name", name);
    now.value().ifPresent(value -> json.field("value", value.utf8()));
    json.field("version", now.version()).field("decided", now.isDecided()).closeObject().endLine();
  }
}
