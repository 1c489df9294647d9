package org.volvox.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.volvox.base.NodeId;
import org.volvox.cli.cluster.LocalCluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox debug bundle`: all that helps to find a fault, in one file. */
@Command(
    name = "debug",
    description = "Gathers what helps to find a fault in one file, for a report.",
    customSynopsis = "volvox debug bundle [FILE]",
    footer = {
      "",
      "FILE is a zip archive (volvox-debug-TIME.zip in this folder) that only you can read. It has what",
      "these commands say, each in a file of its own: config, doctor, status, nodes, services, fs",
      "scrub, keys space list, the last 1000 events, and node log of each node. Nodes that do not",
      "answer are left out after 5 s each. It names files, programs, services and nodes; it has",
      "nothing of what is stored, and no keys.",
      "",
      "Example:",
      "  volvox debug bundle /tmp/report.zip"
    })
final class DebugCommand extends AbstractCommand {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  /** What one node or question may take: a bundle is made when things hang. */
  private static final String PATIENCE = "5s";

  @Parameters(index = "0", paramLabel = "ACTION", description = "what to do")
  private String action = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", description = "where to")
  private String file = "";

  DebugCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return List.of("bundle");
  }

  @Override
  protected int run() throws IOException {
    Suggest.require("debug", action, actions());
    Path to =
        Path.of(file.isEmpty() ? "volvox-debug-" + TIME.format(Instant.now()) + ".zip" : file);
    int unanswered = 0;
    Map<String, List<String>> questions = questions();
    try (ZipOutputStream zip = open(to)) {
      add(zip, "about.txt", about());
      for (Map.Entry<String, List<String>> each : questions.entrySet()) {
        Said said = ask(each.getValue());
        unanswered += said.code() == ExitCode.UNREACHABLE ? 1 : 0;
        add(zip, each.getKey(), said.text());
      }
    }
    streams()
        .say(
            to
                + ": "
                + Human.count(questions.size() + 1, "file")
                + ", "
                + Human.bytes(Files.size(to))
                + (unanswered == 0 ? "" : "; " + unanswered + " had no answer"));
    return ExitCode.DONE;
  }

  /** A new file that is its owner's alone. */
  private static ZipOutputStream open(Path to) throws IOException {
    try {
      return new ZipOutputStream(
          Channels.newOutputStream(
              Files.newByteChannel(
                  to,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")))));
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          ExitCode.FAILED, to + " is there already", "Name another file, or remove it.", e);
    }
  }

  private static String about() {
    return "volvox "
        + Main.VERSION
        + "\ntime "
        + Instant.now()
        + "\njava "
        + Runtime.version()
        + "\nsystem "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " "
        + System.getProperty("os.arch")
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors\n";
  }

  /** What is asked, by the name of the file that gets the answer. */
  private Map<String, List<String>> questions() {
    Map<String, List<String>> questions = new LinkedHashMap<>();
    questions.put("config.txt", List.of("config"));
    questions.put("doctor.txt", List.of("doctor"));
    questions.put("status.txt", List.of("status"));
    questions.put("nodes.txt", List.of("nodes"));
    questions.put("nodes.json", List.of("nodes", "--json"));
    questions.put("events.txt", List.of("events", "--last", "1000"));
    questions.put("services.txt", List.of("services"));
    questions.put("spaces.txt", List.of("keys", "space", "list"));
    questions.put("scrub.txt", List.of("fs", "scrub"));
    if (LocalCluster.exists(root().folder())) {
      for (NodeId node : LocalCluster.open(root().folder()).nodes()) {
        questions.put("log-" + node + ".txt", List.of("node", "log", node.toString()));
      }
    }
    return questions;
  }

  /** What a command said, on both outputs. */
  private record Said(int code, String text) {}

  private Said ask(List<String> words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = Streams.utf8(bytes);
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("--dir", root().folder().toString(), "--timeout", PATIENCE));
    Streams quiet =
        new Streams(
            new ByteArrayInputStream(new byte[0]), out, out, false, streams().environment());
    int code = new Main(quiet).run(all.toArray(String[]::new));
    out.flush();
    return new Said(code, bytes.toString(StandardCharsets.UTF_8) + "exit code " + code + "\n");
  }

  private static void add(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
