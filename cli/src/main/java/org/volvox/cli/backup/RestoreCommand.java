package org.volvox.cli.backup;

import java.io.IOException;
import java.nio.file.Path;
import org.volvox.base.backup.BackupRecord;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.ProgressLine;
import org.volvox.cli.Root;
import org.volvox.node.backup.Restore;
import org.volvox.node.folder.ClusterFolder;
import org.volvox.node.folder.FolderException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox restore`: a new local cluster from a backup. */
@Command(
    name = "restore",
    description = {
      "Makes a new local cluster from a backup, in a folder that is empty or not there.",
      "It has an id and keys of its own; sessions and processes of the old cluster have ended."
    },
    customSynopsis = "volvox restore FILE --dir NEW [--nodes N]",
    footer = {
      "",
      "Examples:",
      "  volvox restore monday.vxb --dir /srv/new             3 nodes",
      "  volvox restore monday.vxb --dir /srv/new --nodes 1   all on one",
      "  volvox --dir /srv/new up                             starts it"
    })
public final class RestoreCommand extends AbstractCommand {
  private static final int NODES = 3;

  @Option(names = "--nodes", paramLabel = "N", description = "how many nodes, 1 to 7 (3)")
  private int nodes = NODES;

  @Parameters(index = "0", paramLabel = "FILE", description = "a backup, on this machine")
  private String file = "";

  public RestoreCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    if (nodes < 1 || nodes > ClusterFolder.NODES_MAX) {
      throw Failure.usage(
          "a local cluster of " + nodes + " nodes",
          "It may have 1 to " + ClusterFolder.NODES_MAX + ".");
    }
    Path folder = root().folder();
    try (Undo _ = new Undo();
        ProgressLine line = new ProgressLine(streams(), "restore " + file)) {
      Restore.Summary summary =
          Restore.run(Path.of(file), folder, ClusterFolder.localAddresses(nodes), line::on);
      line.wipe();
      say(summary, line);
    } catch (FolderException e) {
      String hint =
          e.kind() == FolderException.Kind.EXISTS
              ? "Name a new folder: volvox restore " + file + " --dir NEW"
              : "Nothing is left in " + folder + ".";
      throw new Failure(ExitCode.FAILED, String.valueOf(e.getMessage()), hint, e);
    }
    return ExitCode.DONE;
  }

  private void say(Restore.Summary summary, ProgressLine line) {
    BackupRecord.End counts = summary.counts();
    String cluster = summary.cluster().config().clusterId().toString();
    if (root().isJson()) {
      new Json(streams().out())
          .openObject()
          .field("dir", root().folder().toString())
          .field("nodes", nodes)
          .field("cluster", cluster)
          .field("from", summary.from().toString())
          .field("entry", summary.index().value())
          .field("blocks", counts.blocks())
          .field("blockBytes", counts.blockBytes())
          .field("dataEntries", summary.dataEntries())
          .closeObject()
          .endLine();
      return;
    }
    streams()
        .say(
            "restored "
                + Human.count(counts.blocks(), "block")
                + " of "
                + Human.bytes(counts.blockBytes())
                + ", "
                + Contents.entries(summary.dataEntries())
                + " of available spaces and the state up to entry "
                + summary.index()
                + " in "
                + Human.span(line.elapsed()));
    streams()
        .say(
            "  cluster "
                + cluster
                + " of "
                + Human.count(nodes, "node")
                + ", from a backup of "
                + summary.from());
    streams().say("next: volvox --dir " + root().folder() + " up");
  }
}
