package org.volvox.cli.backup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;
import org.volvox.base.backup.BackupRecord;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.ProgressLine;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import org.volvox.node.backup.BackupContents;
import org.volvox.node.backup.BackupFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox backup`: the whole cluster in one file, while it goes on. */
@Command(
    name = "backup",
    description = {
      "Copies the whole cluster into one file, while it goes on: state, available spaces, blocks.",
      "The file is there once it is whole and read back; a backup that breaks off leaves none."
    },
    customSynopsis = "volvox backup FILE | volvox backup --verify FILE",
    footer = {
      "",
      "Examples:",
      "  volvox backup monday.vxb                       all that was acknowledged before the call",
      "  volvox backup --verify monday.vxb              reads all of it and says what is in it",
      "  volvox restore monday.vxb --dir /srv/new       a new cluster from it"
    })
public final class BackupCommand extends AbstractCommand {
  @Option(names = "--verify", description = "reads a backup instead of making one")
  private boolean verify;

  @Parameters(index = "0", paramLabel = "FILE", description = "the backup, on this machine")
  private String file = "";

  public BackupCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() throws IOException, InterruptedException {
    Path path = Path.of(file);
    return verify ? read(path) : make(path);
  }

  private int make(Path path) throws IOException, InterruptedException {
    Path folder = path.toAbsolutePath().normalize().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new Failure(
          ExitCode.FAILED, "no folder " + folder + " to put " + path + " into", "Make it first.");
    }
    try (Undo _ = new Undo();
        Volvox volvox = root().connect();
        BackupFile target = create(path);
        ProgressLine line = new ProgressLine(streams(), "backup " + path)) {
      BackupRun.Made made = new BackupRun(volvox.backups(), target, line).run();
      line.wipe();
      say("backed up " + path, made.contents(), made.unheard(), line);
    }
    return ExitCode.DONE;
  }

  private BackupFile create(Path path) throws IOException {
    BackupRecord.Head head =
        new BackupRecord.Head(
            root().address().cluster(),
            new WallTime(System.currentTimeMillis()),
            "volvox backup of " + root().folder());
    try {
      return BackupFile.create(path, head);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          ExitCode.FAILED,
          String.valueOf(e.getMessage()),
          "Name another file, or move that one away.",
          e);
    }
  }

  private int read(Path path) throws IOException {
    try (ProgressLine line = new ProgressLine(streams(), "verify " + path)) {
      BackupContents contents = BackupContents.read(path, line::on);
      line.wipe();
      say(path + " is whole", contents, List.of(), line);
    }
    return ExitCode.DONE;
  }

  /**
   * Says what is in the file.
   *
   * @param unheard nodes of whose changes some may not be
   */
  private void say(String what, BackupContents contents, List<NodeId> unheard, ProgressLine line) {
    if (root().isJson()) {
      Json json = new Json(streams().out()).openObject().field("file", file);
      Contents.write(json, contents);
      if (!verify) {
        json.name("unheard").openArray();
        unheard.forEach(node -> json.value(node.toString()));
        json.closeArray();
      }
      json.closeObject().endLine();
    } else {
      streams()
          .say(what + ", " + Human.bytes(contents.bytes()) + " in " + Human.span(line.elapsed()));
      streams().say("  " + Contents.text(contents));
      streams().say("  " + Contents.origin(contents));
    }
    if (!unheard.isEmpty()) {
      streams().say("  " + Contents.missing(unheard));
    }
    if (!root().isJson()) {
      streams().say("next: volvox restore " + file + " --dir NEW");
    }
  }
}
