package org.volvox.verify.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import one.convert.Arguments;
import one.convert.JfrToFlame;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.Programs;

/**
 * Where the processor's time of a durable write goes: all three nodes and the clients are sampled
 * under load, told by kinds of threads and drawn as flame graphs of the busiest node, which leads,
 * and of the clients.
 */
public final class ProfileBench {
  private static final String SAMPLE = "jdk.CPUTimeSample";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final double LEAST_PART = 0.005;
  private static final String CLIENTS = "clients";

  /** One sample each 5 ms of the processor's time, of Java threads. */
  private static final String SETTINGS =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <configuration version="2.0">
        <event name="jdk.CPUTimeSample">
          <setting name="enabled">true</setting><setting name="throttle">5 ms</setting>
        </event>
      </configuration>
      """;

  private final RaceOptions options;
  private final boolean ofKeys;
  private final PrintStream out;

  /** What was sampled of one process. */
  private record Profile(String name, Path recording, Map<String, Integer> threads) {
    int samples() {
      return threads.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * @param ofKeys whether puts of a consistent key space are sampled, and not writes of small files
   */
  public ProfileBench(RaceOptions options, boolean ofKeys, PrintStream out) {
    this.options = options;
    this.ofKeys = ofKeys;
    this.out = out;
  }

  /** Runs and writes profile.md and the flame graphs into bench/results. */
  public void run(Path root) throws IOException, InterruptedException {
    int bytes = options.bytes().getFirst();
    int clients = options.clients().getLast();
    Path work = Files.createDirectories(root.resolve("target/bench"));
    Path folder = work.resolve("volvox");
    try (RaceSystem volvox = ofKeys ? KeysSystem.open(folder) : VolvoxSystem.open(folder)) {
      byte[] value = new byte[bytes];
      new Random(1).nextBytes(value);
      List<Load.Operation> writes = new ArrayList<>();
      while (writes.size() < clients) {
        writes.add(volvox.connect(writes.size(), value)::write);
      }
      Load.run(writes, volvox.servers(), Duration.ZERO, options.warmUp());
      List<Long> pids = new ArrayList<>(volvox.servers());
      pids.add(ProcessHandle.current().pid());
      Path settings = Files.writeString(work.resolve("profile.jfc"), SETTINGS);
      for (long pid : pids) {
        jcmd(pid, "JFR.start", "name=profile", "settings=" + settings, "disk=true");
      }
      Load.Sample sample =
          Load.run(writes, volvox.servers(), Duration.ofSeconds(2), options.measured());
      List<Profile> profiles = new ArrayList<>();
      for (long pid : pids) {
        Path recording = work.resolve("profile-" + pid + ".jfr");
        jcmd(pid, "JFR.stop", "name=profile", "filename=" + recording);
        profiles.add(
            profile(profiles.size() < volvox.servers().size() ? "node" : CLIENTS, recording));
      }
      String page = page(profiles, sample, bytes, clients);
      write(root.resolve("bench/results"), page, profiles);
      out.print(page);
    }
    LocalCluster.delete(work);
  }

  private static void jcmd(long pid, String... words) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    line.add(Long.toString(pid));
    line.addAll(List.of(words));
    var _ = Programs.run(LIMIT, line).expectOk("jcmd " + words[0]);
  }

  private static Profile profile(String name, Path recording) throws IOException {
    Map<String, Integer> threads = new TreeMap<>();
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals(SAMPLE)) {
          threads.merge(kind(event.getThread("eventThread")), 1, Integer::sum);
        }
      }
    }
    return new Profile(name, recording, threads);
  }

  /** A thread's name without what tells it from others of its kind. */
  private static String kind(RecordedThread thread) {
    if (thread == null || thread.isVirtual()) return "virtual threads";
    String name = String.valueOf(thread.getJavaName()).replaceAll("[-0-9]+$", "");
    return name.replaceAll("^n[0-9]+-", "");
  }

  private String name() {
    return ofKeys ? "profile-keys" : "profile";
  }

  private String page(List<Profile> profiles, Load.Sample sample, int bytes, int clients) {
    String what = ofKeys ? "put of a key" : "durable write";
    StringBuilder text = new StringBuilder("# Where the time of a " + what + " goes\n\n");
    text.append(
        String.format(
            Locale.ROOT,
            "`./dev bench profile%s`, %s: %d clients write %d bytes to three nodes; %.0f writes/s while sampled,"
                + " %.0f us of the processor for a write in the nodes, %.0f in the clients. Samples of Java threads each"
                + " 5 ms of the processor's time (JFR, jdk.CPUTimeSample, which is experimental in JDK 25); compilers and"
                + " collectors are not Java threads. The busiest node leads.%n%n",
            ofKeys ? " --keys" : "",
            LocalDate.now(ZoneOffset.UTC),
            clients,
            bytes,
            sample.perSecond(),
            sample.serverMicros(),
            sample.clientMicros()));
    text.append("| process | threads | part of its samples |\n|---|---|---:|\n");
    for (Profile profile : profiles) {
      profile.threads().entrySet().stream()
          .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
          .filter(row -> row.getValue() > LEAST_PART * profile.samples())
          .forEach(row ->
              text.append(
                  String.format(
                      Locale.ROOT,
                      "| %s (%d samples) | %s | %.1f %% |%n",
                      profile.name(),
                      profile.samples(),
                      row.getKey(),
                      100.0 * row.getValue() / profile.samples())));
    }
    return text.append(
            String.format(
                "%nFlame graphs: [the leader](%s-leader.html), [the clients](%s-clients.html)%n",
                name(), name()))
        .toString();
  }

  private void write(Path folder, String page, List<Profile> profiles) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name() + ".md"), page);
    Profile leader =
        profiles.stream()
            .filter(profile -> !profile.name().equals(CLIENTS))
            .max(Comparator.comparingInt(Profile::samples))
            .orElseThrow();
    draw(leader, "A durable write: the leader", folder.resolve(name() + "-leader.html"));
    draw(profiles.getLast(), "A durable write: clients", folder.resolve(name() + "-clients.html"));
  }

  private static void draw(Profile profile, String title, Path target) throws IOException {
    Arguments how =
        new Arguments("--cpu-time", "--threads", "--norm", "--minwidth", "0.2", "--title", title);
    JfrToFlame.convert(profile.recording().toString(), target.toString(), how);
  }
}
