package org.volvox.cli.keys;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Parse;
import org.volvox.cli.Root;
import org.volvox.cli.Suggest;
import org.volvox.client.Volvox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox keys`: keys and values in spaces, each of which promises what it was made for. */
@Command(
    name = "keys",
    description = "Keys and values in spaces; each space has chosen what it promises.",
    customSynopsis = {
      "volvox keys space create NAME --consistency consistent|available|leaderless",
      "volvox keys space list | describe NAME | remove NAME",
      "volvox keys put SPACE KEY VALUE [--ttl TIME | --lease ID]",
      "volvox keys get SPACE KEY [--revision N | --all]",
      "volvox keys del SPACE KEY [--prefix]",
      "volvox keys range SPACE [PREFIX] [--from K] [--to K] [--limit N] [--keys-only | --count]",
      "volvox keys cas SPACE KEY OLD NEW | cas --absent SPACE KEY NEW",
      "volvox keys txn SPACE [-f FILE]",
      "volvox keys watch SPACE [KEY [--prefix]] [--from N] [--count N]",
      "volvox keys lock SPACE NAME -- COMMAND...",
      "volvox keys lease grant SPACE TIME | renew|revoke|show SPACE ID",
      "volvox keys incr SPACE KEY [N]",
      "volvox keys add|remove SPACE SET ELEMENT | members SPACE SET",
      "volvox keys flag SPACE KEY on|off|show",
      "volvox keys field put SPACE MAP FIELD VALUE | get|del SPACE MAP FIELD | list SPACE MAP",
      "volvox keys compact SPACE REVISION"
    },
    footer = {
      "",
      "  consistent  linearizable; transactions, leases, locks, watches. Needs a majority.",
      "  available   any one node reads and writes; what is done apart is merged. Counters, sets,",
      "              maps and flags too (incr, add, field, flag). No cas, txn, lock or watch.",
      "  leaderless  put, get, del and cas of single keys by any majority, without a leader.",
      "",
      "get prints the value alone; exit code 1 if there is none. cas and txn: exit code 1 if what",
      "was compared is not so. What is no text is printed as 0x and hex; --hex takes words so.",
      "VALUE - is the standard input. --file FILE is the value of put, and takes that of get.",
      "",
      "txn reads lines from FILE or the standard input, words in \"\" where they have spaces:",
      "  if value|created|changed|version|lease KEY =|!=|<|> WHAT       if absent KEY",
      "  then put KEY VALUE [lease ID]    then del KEY    then get KEY    else put ...",
      "",
      "watch prints REVISION put|del KEY VALUE until Ctrl-C, all changes of a revision or none, and",
      "says from where to go on. lock runs COMMAND while it has the lock, with VOLVOX_LOCK_KEY and",
      "VOLVOX_LOCK_TOKEN set; if the lock is lost it is told to end (TERM). The exit code is that of",
      "COMMAND, or 255 if Volvox failed. --wait TIME gives up waiting.",
      "",
      "Examples:",
      "  volvox keys space create app --consistency consistent",
      "  volvox keys put app config/color blue",
      "  volvox keys watch app config/ --prefix",
      "  volvox keys lock app nightly -- ./report.sh",
      "  volvox keys space create likes --consistency available",
      "  volvox keys incr likes page/7"
    })
public final class KeysCommand extends AbstractCommand {
  private static final List<String> GROUPS = List.of("space", "lease", "field");

  private static final List<String> ACTIONS =
      List.of(
          "space create",
          "space list",
          "space describe",
          "space remove",
          "put",
          "get",
          "del",
          "range",
          "cas",
          "txn",
          "watch",
          "lock",
          "lease grant",
          "lease renew",
          "lease revoke",
          "lease show",
          "incr",
          "add",
          "remove",
          "members",
          "flag",
          "field put",
          "field get",
          "field del",
          "field list",
          "compact");

  @Parameters(arity = "1..*", paramLabel = "WORD", description = "what to do, and with what")
  private List<String> words = new ArrayList<>();

  @Option(names = "--consistency", paramLabel = "KIND", description = "space create: which kind")
  private String consistency = "";

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "space create: keys and values of a consistent one (1 GiB)")
  private String bytesMax = "";

  @Option(
      names = "--history",
      paramLabel = "N",
      description = "space create: revisions kept (100000)")
  private String history = "";

  @Option(names = "--lease", paramLabel = "ID", description = "put: the key goes with this lease")
  private String lease = "";

  @Option(names = "--ttl", paramLabel = "TIME", description = "put: the key goes after this time")
  private String ttl = "";

  @Option(names = "--revision", paramLabel = "N", description = "get, range: as it was then")
  private String revision = "";

  @Option(names = "--all", description = "get: every value that was put at once, with its time")
  private boolean isAll;

  @Option(names = "--prefix", description = "del, watch: all keys that begin with KEY")
  private boolean isPrefix;

  @Option(names = "--from", paramLabel = "K", description = "range: first key; watch: revision")
  private String from = "";

  @Option(names = "--to", paramLabel = "K", description = "range: the key behind the last")
  private String to = "";

  @Option(names = "--limit", paramLabel = "N", description = "range: at most so many")
  private String limit = "";

  @Option(names = "--keys-only", description = "range: without values")
  private boolean isKeysOnly;

  @Option(
      names = "--count",
      arity = "0..1",
      fallbackValue = "",
      defaultValue = "-",
      paramLabel = "N",
      description = "range: how many only; watch: end behind N changes")
  private String count = "-";

  @Option(names = "--absent", description = "cas: nothing is expected there")
  private boolean isAbsent;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "txn: its lines; put, get: the value")
  private String file = "";

  @Option(names = "--hex", description = "keys and values on the command line are hex")
  private boolean isHex;

  @Option(names = "--wait", paramLabel = "TIME", description = "lock: wait no longer")
  private String wait = "";

  private String action = "";

  public KeysCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return ACTIONS;
  }

  /** A negative number is a word. */
  @Override
  public boolean isUnknownOptionAWord() {
    return true;
  }

  @Override
  public int execute() {
    try {
      return super.execute();
    } catch (Failure failure) {
      if (action.equals("lock") && failure.exitCode() != ExitCode.WRONG_COMMAND_LINE) {
        throw new Failure(
            ExitCode.RUN_FAILED, String.valueOf(failure.getMessage()), failure.hint(), failure);
      }
      throw failure;
    }
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    action = takeAction();
    Line line = line();
    line.requireFitting();
    Work work = work(line);
    try (Volvox volvox = root().connect()) {
      return work.with(volvox);
    }
  }

  /** The first word, or two of them, such as {@code space create}. */
  private String takeAction() {
    String first = words.removeFirst();
    if (!GROUPS.contains(first)) {
      List<String> all =
          ACTIONS.stream().map(each -> each.replaceFirst(" .*", "")).distinct().toList();
      Suggest.require("keys", first, all);
      return first;
    }
    List<String> actions =
        ACTIONS.stream()
            .filter(each -> each.startsWith(first + " "))
            .map(each -> each.substring(first.length() + 1))
            .toList();
    if (words.isEmpty()) {
      throw Failure.usage(
          "keys " + first + ": what to do?", "Actions: " + String.join(", ", actions));
    }
    String second = words.removeFirst();
    Suggest.require("keys " + first, second, actions);
    return first + " " + second;
  }

  /** Does it with a cluster; what can be wrong with the words was looked at before. */
  interface Work {
    int with(Volvox volvox) throws IOException, InterruptedException;
  }

  private Work work(Line line) throws IOException {
    return switch (action) {
      case "space create", "space list", "space describe", "space remove" ->
          new SpaceActions(line).work(action);
      case "put", "get", "del", "cas", "incr", "compact" -> new KeyActions(line).work(action);
      case "range" -> new RangeAction(line).work();
      case "txn" -> new TransactionAction(line).work();
      case "watch" -> new WatchAction(line).work();
      case "lock" -> new LockAction(line).work();
      case "lease grant", "lease renew", "lease revoke", "lease show" ->
          new LeaseActions(line).work(action);
      default -> new DataActions(line).work(action);
    };
  }

  private Line line() {
    Line line = new Line(root(), action, words);
    line.isHex = isHex;
    line.isAll = isAll;
    line.isPrefix = isPrefix;
    line.isKeysOnly = isKeysOnly;
    line.isAbsent = isAbsent;
    line.option("--consistency", consistency);
    line.option("--max-bytes", bytesMax);
    line.option("--history", history);
    line.option("--lease", lease);
    line.option("--ttl", ttl);
    line.option("--revision", revision);
    line.option("--from", from);
    line.option("--to", to);
    line.option("--limit", limit);
    line.option("--file", file);
    line.option("--wait", wait);
    if (!count.equals("-")) {
      line.count(count);
    }
    return line;
  }

  static Optional<Duration> span(Optional<String> text) {
    return text.map(Parse::span);
  }
}
