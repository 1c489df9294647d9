package org.volvox.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.volvox.cli.backup.BackupCommand;
import org.volvox.cli.backup.RestoreCommand;
import org.volvox.cli.cluster.DownCommand;
import org.volvox.cli.cluster.EventsCommand;
import org.volvox.cli.cluster.LogCommand;
import org.volvox.cli.cluster.NetCommand;
import org.volvox.cli.cluster.NodeCommand;
import org.volvox.cli.cluster.NodesCommand;
import org.volvox.cli.cluster.StatusCommand;
import org.volvox.cli.cluster.TokenCommand;
import org.volvox.cli.cluster.UpCommand;
import org.volvox.cli.demo.DemoCommand;
import org.volvox.cli.doctor.DoctorCommand;
import org.volvox.cli.files.CatCommand;
import org.volvox.cli.files.FsCommand;
import org.volvox.cli.files.GetCommand;
import org.volvox.cli.files.ListCommand;
import org.volvox.cli.files.MkdirCommand;
import org.volvox.cli.files.MoveCommand;
import org.volvox.cli.files.PutCommand;
import org.volvox.cli.files.RemoveCommand;
import org.volvox.cli.files.StatCommand;
import org.volvox.cli.keys.KeysCommand;
import org.volvox.cli.lab.LabCommand;
import org.volvox.cli.manual.Entry;
import org.volvox.cli.processes.KillCommand;
import org.volvox.cli.processes.ListProcessesCommand;
import org.volvox.cli.processes.RunCommand;
import org.volvox.cli.registers.RegisterCommand;
import org.volvox.cli.services.CallCommand;
import org.volvox.cli.services.ExampleCommand;
import org.volvox.cli.services.ServicesCommand;
import picocli.CommandLine;

/** All commands by name; only the one that is asked for is loaded, which keeps a command quick. */
final class Commands {
  static final List<String> NAMES =
      List.of(
          "up",
          "down",
          "status",
          "doctor",
          "nodes",
          "node",
          "net",
          "put",
          "get",
          "cat",
          "ls",
          "mkdir",
          "mv",
          "rm",
          "stat",
          "run",
          "ps",
          "kill",
          "events",
          "log",
          "backup",
          "restore",
          "fs",
          "register",
          "keys",
          "services",
          "call",
          "example",
          "demo",
          "lab",
          "token",
          "config",
          "debug",
          "shell",
          "completion",
          "man");

  private static final String OVERVIEW =
      """
      volvox 0.1  many machines, one computer

      First:      volvox demo [PATH] [--keep]           see it work, then clean up
      Cluster:    volvox up [--nodes N]                 start a local cluster in the background
                  volvox down                           stop it
                  volvox status                         what is wrong, and what to do
                  volvox doctor                         whether this machine is fit to run nodes
                  volvox nodes                          the machines and who leads
                  volvox node kill|stop|start|pause|resume|log N
                  volvox node add|promote|remove|replace   let nodes join and go
                  volvox net cut n3 | slow n1 200ms | drop n1-n2 5% | heal
                  volvox events [--last N] [--follow]   what happened, in Lamport order
      Files:      volvox put LOCAL PATH                 store a file or a folder
                  volvox get PATH LOCAL                 fetch it
                  volvox cat|ls|stat PATH               volvox mkdir|rm PATH, volvox mv A B
      Processes:  volvox run -- CMD ARGS...             run a program on whichever node is best
                  volvox ps                             volvox kill [-SIG] PID
      Registers:  volvox register get|set|cas NAME ...  small values that need no leader
                  volvox register decide NAME VALUE     the first one stays for ever
      Keys:       volvox keys space create NAME ...     consistent, available or leaderless
                  volvox keys put|get|range|watch SPACE ...   incr, add, field: data that merges
                  volvox keys lock SPACE NAME -- CMD    one at a time, in the whole cluster
      Services:   volvox services [PREFIX] [--watch]    what programs offer to each other
                  volvox services describe NAME         its methods and types
                  volvox call NAME METHOD ARGS...       one call, JSON in and out
                  volvox example calculator|arith [call] a small service, and its client
      Safety:     volvox backup [--verify] FILE         all of it in one file, while it goes on
                  volvox restore FILE --dir NEW         a new cluster from it
                  volvox log check [N]                  whether the logs of stopped nodes are sound
                  volvox fs scrub | check [N]           whether what is stored is whole
      Learn:      volvox lab [--port P]                 Lamport clocks in the browser, no cluster needed
      Settings:   volvox config                         what holds, and where it came from
                  volvox debug bundle                   what helps to find a fault, in one file
                  volvox token show                     what HTTP wants: Authorization: Bearer TOKEN
                  volvox shell                          commands one after the other, with history
                  volvox completion bash|zsh            for your shell; volvox man [COMMAND]: manual pages

      Everywhere: --dir DIR      the cluster (or VOLVOX_DIR)   --node N      enter through this node
                  --timeout 5s   give up after this            --json        for scripts
                  --stale        read what the entry node knows, even without a quorum
                  --debug        with stack traces             --help        of a command: examples
      """;

  private Commands() {}

  static void printOverview(PrintStream target) {
    target.print(OVERVIEW);
    target.flush();
  }

  /** Every command, those with actions once for each: {@code up}, {@code net heal}. */
  static List<String> withActions(Root root) {
    List<String> all = new ArrayList<>();
    for (String name : NAMES) {
      create(root, name).actions().forEach(action -> all.add((name + " " + action).strip()));
    }
    return all;
  }

  /** What each command's help says. */
  static List<Entry> entries(Root root) {
    return NAMES.stream()
        .map(name ->
            Entry.of(
                new CommandLine(create(root, name)).getCommandSpec(), create(root, name).actions()))
        .toList();
  }

  /** A parser that knows the global options and this one command. */
  static CommandLine load(Root root, String name) {
    CommandLine line = new CommandLine(root);
    AbstractCommand command = create(root, name);
    CommandLine child = new CommandLine(command);
    if (command.isEndOfOptionsAtFirstWord()) {
      child.getCommandSpec().parser().stopAtPositional(true);
    }
    if (command.isUnknownOptionAWord()) {
      child.getCommandSpec().parser().unmatchedOptionsArePositionalParams(true);
    }
    line.addSubcommand(name, child);
    // A word that begins with @ is a word, not a file of words.
    line.setExpandAtFiles(false).setUsageHelpAutoWidth(false).setUsageHelpWidth(100);
    return line;
  }

  private static AbstractCommand create(Root root, String name) {
    return switch (name) {
      case "up" -> new UpCommand(root);
      case "down" -> new DownCommand(root);
      case "status" -> new StatusCommand(root);
      case "doctor" -> new DoctorCommand(root);
      case "nodes" -> new NodesCommand(root);
      case "node" -> new NodeCommand(root);
      case "net" -> new NetCommand(root);
      case "events" -> new EventsCommand(root);
      case "put" -> new PutCommand(root);
      case "get" -> new GetCommand(root);
      case "cat" -> new CatCommand(root);
      case "ls" -> new ListCommand(root);
      case "mkdir" -> new MkdirCommand(root);
      case "mv" -> new MoveCommand(root);
      case "rm" -> new RemoveCommand(root);
      case "stat" -> new StatCommand(root);
      case "run" -> new RunCommand(root);
      case "ps" -> new ListProcessesCommand(root);
      case "kill" -> new KillCommand(root);
      case "log" -> new LogCommand(root);
      case "backup" -> new BackupCommand(root);
      case "restore" -> new RestoreCommand(root);
      case "fs" -> new FsCommand(root);
      case "register" -> new RegisterCommand(root);
      case "keys" -> new KeysCommand(root);
      case "services" -> new ServicesCommand(root);
      case "call" -> new CallCommand(root);
      case "example" -> new ExampleCommand(root);
      case "demo" -> new DemoCommand(root);
      case "lab" -> new LabCommand(root);
      case "token" -> new TokenCommand(root);
      case "config" -> new ConfigCommand(root);
      case "debug" -> new DebugCommand(root);
      case "shell" -> new ShellCommand(root);
      case "completion" -> new CompletionCommand(root);
      case "man" -> new ManualCommand(root);
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }
}
