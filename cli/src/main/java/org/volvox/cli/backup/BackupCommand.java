package org.volvox.cli.backup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.volvox.base.WallTime;
import org.volvox.base.backup.BackupCheck;
import org.volvox.base.backup.BackupRecord;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Json;
import org.volvox.cli.ProgressLine;
import org.volvox.cli.Root;
import org.volvox.client.Volvox;
import org.volvox.storage.BackupReader;
import org.volvox.storage.BackupWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** `volvox backup`: the whole cluster in one file, while it goes on. */
@Command(
    name = "backup",
    description = {
      "Copies the whole cluster into one file, state and blocks, while it goes on.",
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
        BackupWriter writer = create(path);
        ProgressLine line = new ProgressLine(streams(), "backup " + path)) {
      BackupRecord.Head head =
          new BackupRecord.Head(
              root().address().cluster(),
              new WallTime(System.currentTimeMillis()),
              "volvox backup of " + root().folder());
      BackupRun run = new BackupRun(volvox.backups(), writer, head, line);
      run.run();
      line.wipe();
      say("backed up " + path, writer.bytes(), run.contents(), writer.check(), line);
    }
    return ExitCode.DONE;
  }

  private static BackupWriter create(Path path) throws IOException {
    try {
      return BackupWriter.create(path);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          ExitCode.FAILED,
          String.valueOf(e.getMessage()),
          "Name another file, or move that one away.",
          e);
    }
  }

  private int read(Path path) throws IOException {
    Contents contents = new Contents();
    try (BackupReader reader = BackupReader.open(path);
        ProgressLine line = new ProgressLine(streams(), "verify " + path)) {
      long total = Files.size(path);
      reader.readAll(record -> {
        if (record instanceof BackupRecord.Part(var part)) {
          contents.add(part);
        }
        line.on(reader.position(), total);
      });
      line.wipe();
      say(path + " is whole", total, contents, reader.check(), line);
    }
    return ExitCode.DONE;
  }

  private void say(
      String what, long bytes, Contents contents, BackupCheck check, ProgressLine line) {
    if (root().isJson()) {
      Json json = new Json(streams().out()).openObject().field("file", file).field("bytes", bytes);
      contents.write(json, check);
      json.closeObject().endLine();
      return;
    }
    streams().say(what + ", " + Human.bytes(bytes) + " in " + Human.span(line.elapsed()));
    streams().say("  " + contents.text(check));
    check
        .head()
        .ifPresent(head ->
            streams()
                .say(
                    "  of cluster "
                        + head.cluster()
                        + ", made "
                        + Human.time(Instant.ofEpochMilli(head.at().millis()))));
    streams().say("next: volvox restore " + file + " --dir NEW");
  }
}
