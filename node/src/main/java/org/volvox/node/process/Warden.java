package org.volvox.node.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.Pid;

/**
 * The warden: a small process that holds a node's children. Started by {@link ProcessHost} only, as
 * {@code Warden SOCKET SILENCE_MILLIS}, and spoken to over its standard input and output.
 *
 * <ol>
 *   <li>When its input ends or stays silent for SILENCE_MILLIS, all groups are killed, then it
 *       exits.
 *   <li>A program's group ends with the program: what it left running in the group is killed.
 *   <li>Programs are started by the main thread, which lives as long as the warden: the kernel's
 *       parent-death signal is bound to the thread that created the child (prctl(2)).
 *   <li>No program inherits that a signal to end is ignored, however the node was started.
 * </ol>
 */
public final class Warden {
  private static final long FIRST_WORD_NANOS_MAX = 20_000_000_000L;

  private final DataOutputStream toNode;
  private final Path socket;
  private final long silenceNanosMax;
  private final Launcher launcher = new Launcher();
  private final Map<Pid, WardenChild> children = new ConcurrentHashMap<>();

  /** Before the node's first word nothing runs here, so a slow start ends nothing too early. */
  private volatile long heardNanos = System.nanoTime() + FIRST_WORD_NANOS_MAX;

  private Warden(DataOutputStream toNode, Path socket, long silenceMillisMax) {
    this.toNode = toNode;
    this.socket = socket;
    this.silenceNanosMax = silenceMillisMax * 1_000_000;
  }

  /** Runs until the node is gone. */
  public static void main(String[] arguments) throws IOException {
    DataInputStream in = new DataInputStream(System.in);
    DataOutputStream out = new DataOutputStream(System.out);
    PosixSignals.catchIgnored();
    new Warden(out, Path.of(arguments[0]), Long.parseLong(arguments[1])).run(in);
  }

  private void run(DataInputStream fromNode) throws IOException {
    Files.deleteIfExists(socket);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofVirtual().name("accept").start(() -> accept(server));
      Thread.ofPlatform().daemon().name("silence").start(this::watchSilence);
      new WardenMessage.Ready(socket.toString(), launcher.missing()).writeTo(toNode);
      while (true) {
        WardenMessage message = WardenMessage.readFrom(fromNode);
        heardNanos = System.nanoTime();
        handle(message);
      }
    } catch (IOException e) {
      end(); // The node closed its end or died: an end of file is the usual way out.
    }
  }

  private void handle(WardenMessage message) throws IOException {
    switch (message) {
      case WardenMessage.Spawn spawn -> spawn(spawn);
      case WardenMessage.Signal(var pid, var number) -> {
        WardenChild child = children.get(pid);
        if (child != null) {
          child.signal(number);
        }
      }
      case WardenMessage.Beat() -> {}
      case WardenMessage.Ready _,
          WardenMessage.Started _,
          WardenMessage.NotStarted _,
          WardenMessage.Exited _ ->
          throw new IOException("the node sent what only a warden sends: " + message);
    }
  }

  private void spawn(WardenMessage.Spawn spawn) throws IOException {
    Pid pid = spawn.pid();
    try {
      Files.createDirectories(Path.of(spawn.folder()));
      Process process = launcher.start(spawn);
      WardenChild child = new WardenChild(process, launcher.ownsGroup());
      children.put(pid, child);
      new WardenMessage.Started(pid, process.pid()).writeTo(toNode);
      Thread.ofVirtual().name("wait-" + pid).start(() -> awaitEnd(pid, child));
    } catch (Launcher.NotStartedException e) {
      new WardenMessage.NotStarted(pid, e.code(), e.why()).writeTo(toNode);
    }
  }

  private void awaitEnd(Pid pid, WardenChild child) {
    try {
      int code = child.awaitEnd();
      new WardenMessage.Exited(pid, code).writeTo(toNode);
    } catch (InterruptedException | IOException e) {
      end();
    }
  }

  private void accept(ServerSocketChannel server) {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        Thread.ofVirtual().name("streams").start(() -> serveStreams(channel));
      }
    } catch (IOException e) {
      end();
    }
  }

  private void serveStreams(SocketChannel channel) {
    try (channel) {
      Pid pid = new Pid(StreamFrames.readPid(channel));
      WardenChild child = children.get(pid);
      if (child != null) {
        child.serve(channel);
        children.remove(pid, child);
      }
    } catch (IOException | InterruptedException e) {
      // The node's end is gone; its closed control pipe ends this warden.
      return;
    }
  }

  private void watchSilence() {
    while (true) {
      long left = silenceNanosMax - (System.nanoTime() - heardNanos);
      if (left <= 0) {
        end();
      }
      LockSupport.parkNanos(left);
    }
  }

  private void end() {
    children.values().forEach(child -> child.signal(PosixSignals.KILL));
    socket.toFile().delete();
    Runtime.getRuntime().halt(0);
  }
}
