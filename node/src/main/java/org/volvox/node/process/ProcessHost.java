package org.volvox.node.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Pid;
import org.volvox.node.folder.FolderTree;

/**
 * The node's side of its warden: starts it with the first program, and again when it died, starts
 * programs and hands out their streams. Thread-safe.
 *
 * <ol>
 *   <li>A program that was started is reported ended, or lost with the warden, exactly once.
 *   <li>When this host is closed or its JVM dies, every program's group is killed by the warden.
 * </ol>
 */
public final class ProcessHost implements AutoCloseable {
  /** The address that Unix sockets may have, in bytes, without the closing zero (unix(7)). */
  private static final int SOCKET_PATH_BYTES_MAX = 107;

  private static final int BEATS_PER_SILENCE = 5;

  /** What the host tells; called on its own threads, one at a time for one program. */
  public interface Listener {
    void started(Pid pid, long osPid);

    /** Not started, with the exit code that a shell would give (126, 127) and why. */
    void notStarted(Pid pid, int code, String why);

    /** Ended with this exit code; 128 + signal if a signal ended it. */
    void exited(Pid pid, int code);

    /** The warden died and the program with it. */
    void lost(Pid pid, String why);
  }

  private final Path folder;
  private final Patience patience;
  private final Listener listener;
  private final Map<Pid, ProgramStreams> streams = new TreeMap<>();
  private final Map<Pid, Boolean> running = new TreeMap<>();
  private final Object starting = new Object();
  private @Nullable Warded warded;
  private boolean closed;

  /**
   * How long to wait for whoever falls silent.
   *
   * @param silenceMax how long this JVM may be silent before the warden ends all programs
   * @param hangUpAfter how long a program's caller may be away before the program gets SIGHUP
   */
  public record Patience(Duration silenceMax, Duration hangUpAfter) {}

  /** One life of the warden. */
  private record Warded(Process process, DataOutputStream out, Path socket, String missing) {}

  private ProcessHost(Path folder, Patience patience, Listener listener) {
    this.folder = folder;
    this.patience = patience;
    this.listener = listener;
  }

  /** For the node whose folder this is; what an earlier life left of programs is removed. */
  public static ProcessHost start(Path folder, Patience patience, Listener listener)
      throws IOException {
    ProcessHost host = new ProcessHost(folder, patience, listener);
    host.removeLeftovers();
    Thread.ofPlatform().daemon().name("warden-beat").start(host::beat);
    return host;
  }

  /** The names of the tools that this machine lacks for holding programs; empty when none. */
  public synchronized String missingTools() {
    return warded == null ? "" : warded.missing();
  }

  /** Starts a program in an empty folder of its own; the listener hears what became of it. */
  public void spawn(Pid pid, List<String> arguments, List<String> environment) throws IOException {
    Path home = programFolder(pid);
    DataOutputStream out;
    synchronized (starting) {
      if (!hasWarden()) {
        startWarden();
      }
    }
    synchronized (this) {
      out = warden().out();
      running.put(pid, true);
    }
    new WardenMessage.Spawn(pid, arguments, environment, home.toString()).writeTo(out);
  }

  /** Keeps for the program's caller why it cannot be started. */
  public void refuse(Pid pid, String why) {
    try {
      ProgramStreams told = ProgramStreams.ofNotStarted(why);
      synchronized (this) {
        streams.put(pid, told);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The node stops.
    }
  }

  /** Where a program of this node runs; empty at its start, removed after its end. */
  public Path programFolder(Pid pid) {
    return folder.resolve("run").resolve(pid.toString());
  }

  /** Sends a signal to the program's whole group; nothing happens when it has ended. */
  public void signal(Pid pid, int number) throws IOException {
    DataOutputStream out;
    synchronized (this) {
      out = warden().out();
    }
    new WardenMessage.Signal(pid, number).writeTo(out);
  }

  /** The streams of a program that was started here and is not forgotten yet. */
  public synchronized Optional<ProgramStreams> streams(Pid pid) {
    return Optional.ofNullable(streams.get(pid));
  }

  /** Frees what is kept of an ended program, its unread output included. */
  public void forget(Pid pid) {
    ProgramStreams gone;
    synchronized (this) {
      gone = streams.remove(pid);
    }
    if (gone != null) {
      gone.close();
    }
  }

  /** Whether the program was started here and its end was not told yet. */
  public synchronized boolean isRunning(Pid pid) {
    return running.containsKey(pid);
  }

  @Override
  public void close() {
    Warded last;
    synchronized (this) {
      closed = true;
      last = warded;
      streams.values().forEach(ProgramStreams::close);
      streams.clear();
      notifyAll();
    }
    if (last == null) {
      return;
    }
    try {
      last.out().close(); // The warden reads the end and kills what it holds.
      last.process().waitFor();
    } catch (IOException e) {
      last.process().destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean hasWarden() {
    return warded != null;
  }

  private Warded warden() throws IOException {
    if (closed || warded == null) {
      throw new IOException("this node's warden is not running; the next program starts it");
    }
    return warded;
  }

  private void startWarden() throws IOException {
    Path socket = socketPath();
    Process process =
        new ProcessBuilder(wardenCommand(socket))
            .redirectError(folder.resolve("warden.log").toFile())
            .start();
    DataInputStream in = new DataInputStream(process.getInputStream());
    DataOutputStream out = new DataOutputStream(process.getOutputStream());
    try {
      if (!(WardenMessage.readFrom(in) instanceof WardenMessage.Ready(var path, var missing))) {
        throw new IOException("the warden did not say that it is ready");
      }
      synchronized (this) {
        if (closed) {
          throw new IOException("the node stops");
        }
        warded = new Warded(process, out, Path.of(path), missing);
      }
    } catch (IOException e) {
      process.destroyForcibly();
      throw new IOException(
          "cannot start the warden; see " + folder.resolve("warden.log") + ": " + e.getMessage(),
          e);
    }
    Thread.ofVirtual().name("warden").start(() -> listen(in));
  }

  private List<String> wardenCommand(Path socket) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xms4m",
        "-Xmx32m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:ReservedCodeCacheSize=8m",
        "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path", "."),
        Warden.class.getName(),
        socket.toString(),
        Long.toString(patience.silenceMax().toMillis()));
  }

  /**
   * In the node's folder, or under the temporary folder when that path is too long for a socket.
   */
  private Path socketPath() throws IOException {
    Path near = folder.toAbsolutePath().resolve("warden.sock");
    if (near.toString().getBytes(StandardCharsets.UTF_8).length <= SOCKET_PATH_BYTES_MAX) {
      return near;
    }
    return Files.createTempDirectory("volvox").resolve("warden.sock");
  }

  private void listen(DataInputStream in) {
    try {
      while (true) {
        heard(WardenMessage.readFrom(in));
      }
    } catch (IOException e) {
      wardenGone();
    }
  }

  private void heard(WardenMessage message) throws IOException {
    switch (message) {
      case WardenMessage.Started(var pid, var osPid) -> {
        connect(pid);
        listener.started(pid, osPid);
      }
      case WardenMessage.NotStarted(var pid, var code, var why) -> {
        refuse(pid, why);
        ended(pid);
        listener.notStarted(pid, code, why);
      }
      case WardenMessage.Exited(var pid, var code) -> {
        ended(pid);
        listener.exited(pid, code);
      }
      case WardenMessage.Spawn _,
          WardenMessage.Signal _,
          WardenMessage.Beat _,
          WardenMessage.Ready _ ->
          throw new IOException("the warden sent what only a node sends: " + message);
    }
  }

  private void connect(Pid pid) throws IOException {
    Path socket;
    synchronized (this) {
      socket = warden().socket();
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    StreamFrames.writePid(channel, pid.value());
    ProgramStreams program = new ProgramStreams(channel);
    synchronized (this) {
      streams.put(pid, program);
      notifyAll();
    }
    Thread.ofVirtual().name("streams-" + pid).start(() -> pump(program));
  }

  private static void pump(ProgramStreams program) {
    try {
      program.pump();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ended(Pid pid) {
    synchronized (this) {
      running.remove(pid);
      Optional.ofNullable(streams.get(pid)).ifPresent(ProgramStreams::programEnded);
    }
    try {
      FolderTree.delete(programFolder(pid));
    } catch (IOException e) {
      return; // Something killed just now still wrote there; the next start removes it.
    }
  }

  private void wardenGone() {
    List<Pid> lost;
    synchronized (this) {
      lost = closed ? List.of() : List.copyOf(running.keySet());
      running.clear();
      warded = null;
    }
    lost.forEach(pid -> listener.lost(pid, "the warden that held it died"));
  }

  private void beat() {
    long pauseNanos = patience.silenceMax().toNanos() / BEATS_PER_SILENCE;
    while (true) {
      LockSupport.parkNanos(pauseNanos);
      DataOutputStream out;
      synchronized (this) {
        if (closed) {
          return;
        }
        out = warded == null ? null : warded.out();
      }
      if (out != null) {
        beat(out);
        hangUpAbandoned();
      }
    }
  }

  /** As sshd does when its connection is gone: a program is not left to wait for nobody. */
  private void hangUpAbandoned() {
    Map<Pid, ProgramStreams> all;
    synchronized (this) {
      all = new TreeMap<>(streams);
    }
    long now = System.nanoTime();
    for (Map.Entry<Pid, ProgramStreams> program : all.entrySet()) {
      if (isRunning(program.getKey())) {
        hangUpIfAbandoned(program.getKey(), program.getValue(), now);
      }
    }
  }

  private void hangUpIfAbandoned(Pid pid, ProgramStreams program, long now) {
    long grace = patience.hangUpAfter().toNanos();
    if (program.isHungUp()) {
      if (program.ignoresHangUp(now, grace)) {
        program.abandon();
      }
    } else if (program.hangUp(now, grace)) {
      try {
        signal(pid, PosixSignals.HUP);
      } catch (IOException e) {
        return; // The warden died and its programs with it.
      }
    }
  }

  private static void beat(DataOutputStream out) {
    try {
      new WardenMessage.Beat().writeTo(out);
    } catch (IOException e) {
      return; // The listening thread sees the same end and starts a new warden.
    }
  }

  private void removeLeftovers() throws IOException {
    FolderTree.delete(folder.resolve("run"));
  }
}
