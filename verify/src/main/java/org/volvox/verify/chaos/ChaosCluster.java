package org.volvox.verify.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.volvox.verify.process.LocalCluster;
import org.volvox.verify.process.NamespaceCluster;
import org.volvox.verify.process.Programs;
import org.volvox.verify.process.Signals;

/** The machines of a chaos run and what is done to them. One thread uses it. */
final class ChaosCluster implements AutoCloseable {
  private static final int FLIPS = 3;
  private static final int SECTOR_BYTES = 512;
  private static final int CLOCK_SECONDS_MAX = 7200;

  private final int nodes;
  private final Path disksIn;
  private final Path logs;
  private final Path clocks;
  private final NamespaceCluster cluster;
  private final Map<Integer, NodeDisk> disks = new TreeMap<>();
  private final PacketFilter filter;
  private final Signals signals = new Signals();
  private final Set<Integer> down = new TreeSet<>();
  private final Random random;

  ChaosCluster(Path folder, int nodes, long seed, Optional<Path> classes) throws IOException {
    this.nodes = nodes;
    disksIn = folder;
    random = new Random(seed);
    logs = Files.createDirectories(folder.resolve("logs"));
    cluster = new NamespaceCluster(folder.resolve("cluster"), logs, nodes);
    classes.ifPresent(cluster::classesFrom);
    clocks = Files.createDirectories(folder.resolve("clocks"));
    for (int node = 1; node <= nodes; node++) setClock(node, 0);
    cluster.clocksFrom(clocks);
    try {
      for (int node = 1; node <= nodes; node++) {
        disks.put(node, newDisk(node));
      }
      filter = new PacketFilter(cluster.network(), nodes);
      for (int node = 1; node <= nodes; node++) cluster.start(node);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private Path own(int node) {
    return cluster.folder().resolve("n" + node);
  }

  private NodeDisk newDisk(int node) throws IOException {
    return new NodeDisk(disksIn.resolve("n" + node + ".img"), own(node));
  }

  /** How many there are from the beginning to the end: n1 and those that follow. */
  int nodes() {
    return nodes;
  }

  /** All that are there now, with one that joined. */
  List<Integer> all() {
    return List.copyOf(disks.keySet());
  }

  /** Starts one more, on a machine and a disk of its own; gives its address. */
  String join(int node) throws IOException {
    String address = cluster.add(node);
    disks.put(node, newDisk(node));
    setClock(node, 0);
    cluster.start(node);
    return address;
  }

  /** One that is about to leave ends by itself. */
  void mayEnd(int node) {
    down.add(node);
  }

  /** Ends one that has left, and its machine. */
  void leave(int node) throws IOException, InterruptedException {
    cluster.remove(node);
    keepLog(node);
    NodeDisk disk = disk(node);
    disks.remove(node);
    disk.close();
    LocalCluster.delete(own(node));
  }

  /**
   * The line that runs a program of ours as the client; its standard output is for answers.
   *
   * @param arguments those behind the cluster's folder
   * @param work the only folder that it can write
   */
  List<String> client(Class<?> main, List<String> arguments, Path work) {
    List<String> line = new ArrayList<>(Programs.java(main.getName(), folder().toString()));
    line.addAll(arguments);
    line.add(line.indexOf("-cp"), "-Dlogback.configurationFile=org/volvox/verify/quiet.xml");
    line.add(line.indexOf("-cp"), "-Xmx512m");
    return cluster.asClient(line, work);
  }

  Path folder() {
    return cluster.folder();
  }

  /** The node's process if it runs. */
  Optional<Process> process(int node) {
    return cluster.process(node).filter(Process::isAlive);
  }

  long diskBytes(int node) throws IOException {
    return disk(node).usedBytes();
  }

  private NodeDisk disk(int node) {
    NodeDisk disk = disks.get(node);
    if (disk == null) throw new IllegalArgumentException("no node " + node);
    return disk;
  }

  /** Whether nobody has taken it down, so that it should run. */
  boolean shouldRun(int node) {
    return !down.contains(node);
  }

  void begin(Blow blow) throws IOException, InterruptedException {
    List<Integer> hit = blow.nodes();
    switch (blow.kind()) {
      case KILL -> killAll(hit);
      case POWER_CUT -> {
        killAll(hit);
        for (int node : hit) disk(node).losePower();
      }
      case STOP -> signal("STOP", hit);
      case FULL_DISK -> disk(hit.getFirst()).fill();
      case SLOW_DISK -> {
        Optional<Process> process = process(hit.getFirst());
        if (process.isPresent()) disk(hit.getFirst()).slow(process.get().pid());
      }
      case FLIP_LOG -> {
        killAll(hit);
        flip(own(hit.getFirst()).resolve("wal"), "wal-");
      }
      case FLIP_BLOCKS -> {
        killAll(hit);
        flip(own(hit.getFirst()).resolve("blocks"), "blocks-");
      }
      case DELETE_BLOCKS -> {
        killAll(hit);
        LocalCluster.delete(own(hit.getFirst()).resolve("blocks"));
      }
      case CLOCK -> {
        int seconds = 1 + random.nextInt(CLOCK_SECONDS_MAX);
        setClock(hit.getFirst(), random.nextBoolean() ? seconds : -seconds);
      }
      case CUT -> hit.forEach(cluster.network()::cut);
      case ONE_WAY -> filter.drop(hit.getFirst(), hit.getLast());
      case BRIDGE -> bridge(hit);
      case LOSS -> hit.forEach(node -> filter.lose(node, 5 + random.nextInt(25)));
      case DELAY -> hit.forEach(filter::narrow);
      case MEMBER, HANDOVER -> {} // The operator's.
    }
  }

  void end(Blow blow) throws IOException {
    switch (blow.kind()) {
      case KILL, POWER_CUT, FLIP_LOG, FLIP_BLOCKS, DELETE_BLOCKS -> {
        for (int node : blow.nodes()) start(node);
      }
      case STOP -> signal("CONT", blow.nodes());
      case FULL_DISK -> disk(blow.nodes().getFirst()).free();
      case SLOW_DISK -> disk(blow.nodes().getFirst()).fast();
      case CLOCK -> setClock(blow.nodes().getFirst(), 0);
      case CUT -> blow.nodes().forEach(cluster.network()::heal);
      case ONE_WAY, BRIDGE, LOSS -> filter.clear();
      case DELAY -> blow.nodes().forEach(filter::widen);
      case MEMBER, HANDOVER -> {} // The operator's.
    }
  }

  /** The last line that a node printed. */
  String lastWords(int node) throws IOException {
    List<String> lines = Files.readAllLines(logs.resolve("n" + node + ".out"));
    return lines.isEmpty() ? "it said nothing" : lines.getLast();
  }

  private void setClock(int node, int seconds) throws IOException {
    Files.writeString(clocks.resolve("n" + node), String.format("%+d%n", seconds));
  }

  /** Starts a node that is down, as whoever watches over machines would. */
  void start(int node) throws IOException {
    down.remove(node);
    if (process(node).isEmpty()) cluster.start(node);
  }

  private void killAll(List<Integer> hit) throws InterruptedException {
    for (int node : hit) {
      down.add(node);
      cluster.kill(node);
    }
  }

  private void signal(String name, List<Integer> hit) {
    for (int node : hit) process(node).ifPresent(process -> signals.send(name, process.pid()));
  }

  /** The first is heard by all; the others hear only those of their own half. */
  private void bridge(List<Integer> hit) {
    List<Integer> others = hit.subList(1, hit.size());
    for (int one = 0; one < others.size(); one++) {
      for (int other = 0; other < others.size(); other++) {
        if (one % 2 != other % 2) filter.drop(others.get(one), others.get(other));
      }
    }
  }

  /** Some bits of what is stored there change. */
  private void flip(Path folder, String prefix) throws IOException {
    if (!Files.isDirectory(folder)) return; // It was deleted, and is not made again yet.
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(file -> file.getFileName().toString().startsWith(prefix)).forEach(files::add);
    }
    files.sort(Path::compareTo);
    for (int flip = 0; flip < FLIPS && !files.isEmpty(); flip++) {
      flipOne(files.get(random.nextInt(files.size())));
    }
  }

  private void flipOne(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long sectors = bytes.length() / SECTOR_BYTES;
      // What was never written is not worth a flip.
      for (int tries = 0; tries < 200 && sectors > 0; tries++) {
        long at = random.nextLong(sectors) * SECTOR_BYTES + random.nextInt(SECTOR_BYTES);
        bytes.seek(at);
        int old = bytes.read();
        if (old != 0) {
          bytes.seek(at);
          bytes.write(old ^ (1 << random.nextInt(8)));
          return;
        }
      }
    }
  }

  /** What the nodes wrote about themselves outlives their disks. */
  private void keepLogs() throws IOException {
    for (int node : disks.keySet()) keepLog(node);
  }

  private void keepLog(int node) throws IOException {
    Path log = own(node).resolve("node.log");
    if (Files.exists(log)) {
      Files.copy(log, logs.resolve("n" + node + ".log"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() throws IOException {
    cluster.close();
    keepLogs();
    for (NodeDisk disk : disks.values()) disk.close();
    signals.close();
  }
}
