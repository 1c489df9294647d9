package org.volvox.verify.fallacies;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.base.syscall.Status;
import org.volvox.calls.message.MemberMessage;
import org.volvox.client.Processes;
import org.volvox.client.Progress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.verify.soak.DigestStream;

/**
 * A program on a machine whose network is sound: prepares what the rows of the matrix work on, and
 * tells what is there afterwards. Its argument is the cluster's folder.
 */
public final class Witness {
  static final String ABSENT = "absent";

  private final Volvox volvox;
  private final WitnessKeys keys;
  private final Probe probe;

  private Witness(Volvox volvox) {
    this.volvox = volvox;
    this.keys = new WitnessKeys(volvox);
    this.probe = volvox.services().lookup(Probe.NAME, Probe.class);
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (Volvox volvox = Volvox.connect(Path.of(arguments[0]));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Witness witness = new Witness(volvox);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String answer = witness.answer(List.of(line.split(Talker.BETWEEN, -1)));
        System.out.println(Talker.ANSWER + answer.replace('\n', ' '));
      }
    }
  }

  private String answer(List<String> words) throws InterruptedException {
    try {
      return switch (words.getFirst()) {
        case "mkdir", "put", "file", "list" -> ofFiles(words);
        case "set", "register" -> ofRegisters(words);
        case String word when word.startsWith("key") -> keys.answer(words);
        case "spawn", "state", "runs" -> ofProcesses(words);
        case "entries" -> Integer.toString(probe.entries(words.get(1)));
        case "add" -> Long.toString(probeNamed(words.get(1)).add(3, 4));
        case "bound" -> Integer.toString(rows(words.get(1)).size());
        case "endpoints" ->
            String.join(
                " ", rows(Probe.NAME).stream().flatMap(r -> r.endpoints().stream()).toList());
        default -> ofMembers(words);
      };
    } catch (IOException | RuntimeException e) {
      return "failed " + e;
    }
  }

  private String ofFiles(List<String> words) throws IOException, InterruptedException {
    String path = words.get(1);
    switch (words.getFirst()) {
      case "mkdir" -> volvox.files().mkdir(path, true);
      case "put" -> volvox.files().put(Path.of(words.get(2)), path, Progress.NONE);
      case "list" -> {
        List<String> names = new ArrayList<>();
        volvox.files().list(path, entry -> names.add(entry.name()));
        return String.join(" ", names);
      }
      default -> {
        return file(path);
      }
    }
    return "done";
  }

  private String file(String path) throws IOException, InterruptedException {
    try {
      if (volvox.files().stat(path).isDirectory()) return "directory";
      DigestStream digest = new DigestStream();
      volvox.files().copy(path, digest, Progress.NONE);
      return digest.hex();
    } catch (VolvoxException e) {
      if (e.is(Status.NOT_FOUND)) return ABSENT;
      throw e;
    }
  }

  private String ofRegisters(List<String> words) throws IOException, InterruptedException {
    var register = volvox.register(words.get(1));
    if (words.getFirst().equals("set")) {
      register.set(Bytes.utf8(words.get(2)));
      return "done";
    }
    return register.get().value().map(Bytes::utf8).orElse(ABSENT);
  }

  private String ofProcesses(List<String> words) throws IOException, InterruptedException {
    if (words.getFirst().equals("spawn")) {
      List<String> line = Arrays.asList(words.get(1).split(" ", -1));
      return volvox
          .processes()
          .spawn(new Processes.Program(line, Optional.empty(), Optional.empty()))
          .pid()
          .toString();
    }
    if (words.getFirst().equals("state")) {
      return volvox.processes().row(new Pid(Long.parseLong(words.get(1)))).state().name();
    }
    List<Pid> found = new ArrayList<>();
    volvox
        .processes()
        .list(row -> {
          if (String.join(" ", row.spec().args()).contains(words.get(1))) found.add(row.pid());
        });
    return Integer.toString(found.size());
  }

  private String ofMembers(List<String> words) throws IOException, InterruptedException {
    NodeId node = new NodeId(Integer.parseInt(words.get(1)));
    return switch (words.getFirst()) {
      case "priority" ->
          volvox
              .cluster()
              .members(new MemberMessage.Request.Show())
              .row(node)
              .map(row -> Integer.toString(row.priority()))
              .orElse(ABSENT);
      case "draining" ->
          Boolean.toString(volvox.cluster().placement().care().draining().contains(node));
      case "undrain" ->
          volvox
              .cluster()
              .members(new MemberMessage.Request.Drain(node, false))
              .verdict()
              .toString();
      default -> throw new IllegalArgumentException(words.getFirst());
    };
  }

  private Probe probeNamed(String name) {
    return volvox.services().lookup(name, Probe.class);
  }

  private List<ServiceRow> rows(String name) throws IOException, InterruptedException {
    return volvox.services().list(ServiceName.of(name).path());
  }
}
