package org.volvox.node.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.Pid;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessExit;
import org.volvox.base.syscall.ProcessRow;

/**
 * One program on this machine from its placement to its recorded end, on a thread of its own, in
 * this order: Starting is in the table, the program is spawned, Running is in the table unless it
 * has ended meanwhile, its end is in the table.
 */
final class ProcessLife {
  /** Exit code of a program of which not even its start was possible for a reason of ours. */
  private static final int OUR_FAILURE = 255;

  private static final int SIGNAL_BASE = 128;
  private static final int SIGNAL_MAX = 64;

  /** What the warden says of the program. */
  sealed interface Happening {
    /** {@code missing} names the tools that the machine lacks; empty when none. */
    record Started(String missing) implements Happening {}

    record Ended(int code, String why) implements Happening {}

    record Lost(String why) implements Happening {}
  }

  /** Told once, when the end is in the table; {@code ran} is false if it was never spawned. */
  interface OnOver {
    void over(Pid pid, boolean ran);
  }

  private final ProcessRow row;
  private final ProcessNode node;
  private final ProcessHost host;
  private final OnOver onOver;
  private final LinkedBlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
  private final Thread thread;
  private int signalsDelivered;
  private List<Integer> signals = List.of();
  private boolean spawned;

  ProcessLife(ProcessRow row, ProcessNode node, ProcessHost host, OnOver onOver) {
    this.row = row;
    this.node = node;
    this.host = host;
    this.onOver = onOver;
    this.thread = Thread.ofVirtual().name("process-" + row.pid()).unstarted(this::live);
  }

  void begin() {
    thread.start();
  }

  Thread thread() {
    return thread;
  }

  void happened(Happening happening) {
    happenings.add(happening);
  }

  /** Delivers the signals of the row that were not delivered yet, once the program runs. */
  synchronized void deliver(List<Integer> wanted) {
    if (wanted.size() > signals.size()) {
      signals = wanted;
    }
    if (!spawned) {
      return;
    }
    try {
      for (; signalsDelivered < signals.size(); signalsDelivered++) {
        host.signal(row.pid(), signals.get(signalsDelivered));
      }
    } catch (IOException e) {
      // The warden died; the program went with it and is reported lost.
      signalsDelivered = signals.size();
    }
  }

  private void live() {
    boolean ran = false;
    try {
      ran = startAndAwaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // The node stops; the table learns from its successor.
    }
    onOver.over(row.pid(), ran);
  }

  private boolean startAndAwaitEnd() throws InterruptedException {
    Pid pid = row.pid();
    if (!node.call(new ProcessCall.Starting(pid, node.self(), node.incarnation())).isOk()) {
      return false; // Killed or placed elsewhere in between.
    }
    Optional<InputStream> input = Optional.empty();
    try {
      if (row.spec().stdinPath().isPresent()) {
        input = Optional.of(node.openFile(row.spec().stdinPath().get()));
      }
      host.spawn(pid, row.spec().args(), environment());
    } catch (IOException e) {
      close(input);
      exited(OUR_FAILURE, "cannot start: " + e.getMessage());
      return false;
    }
    return awaitStart(input);
  }

  private boolean awaitStart(Optional<InputStream> input) throws InterruptedException {
    Happening first = happenings.take();
    if (first instanceof Happening.Started(var missing)) {
      node.tell(row, EventKind.PROCESS_STARTED, "started " + row.spec().args().getFirst());
      feedInput(input);
      synchronized (this) {
        spawned = true;
      }
      deliver(List.of());
      awaitEnd(missing);
      return true;
    }
    close(input);
    end(first);
    return false;
  }

  private void awaitEnd(String missing) throws InterruptedException {
    @Nullable Happening next = happenings.poll();
    if (next == null) {
      String note = missing.isEmpty() ? "" : "not held by " + missing + ": not on this machine";
      node.call(new ProcessCall.Running(row.pid(), node.self(), node.incarnation(), note));
      next = happenings.take();
    }
    end(next);
  }

  private void end(Happening happening) throws InterruptedException {
    switch (happening) {
      case Happening.Ended(var code, var why) -> exited(code, why);
      case Happening.Lost(var why) -> {
        node.tell(row, EventKind.PROCESS_LOST, "lost: " + why);
        node.call(new ProcessCall.Lost(row.pid(), node.self(), node.incarnation(), why));
      }
      case Happening.Started _ ->
          throw new IllegalStateException("process " + row.pid() + " was started twice");
    }
  }

  private void exited(int code, String why) throws InterruptedException {
    boolean bySignal = code > SIGNAL_BASE && code <= SIGNAL_BASE + SIGNAL_MAX;
    ProcessExit exit =
        bySignal ? new ProcessExit.Signal(code - SIGNAL_BASE) : new ProcessExit.Code(code);
    node.tell(row, EventKind.PROCESS_EXITED, "ended with " + code);
    node.call(new ProcessCall.Exited(row.pid(), node.self(), node.incarnation(), exit, why));
  }

  private List<String> environment() {
    List<String> environment = new ArrayList<>();
    environment.add("PATH=" + System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
    environment.add("HOME=" + host.programFolder(row.pid()));
    environment.add("LANG=" + System.getenv().getOrDefault("LANG", "C.UTF-8"));
    environment.add("VOLVOX_PID=" + row.pid());
    environment.add("VOLVOX_NODE=" + node.self());
    environment.addAll(row.spec().env());
    return environment;
  }

  private void feedInput(Optional<InputStream> input) {
    Optional<ProgramStreams> streams = host.streams(row.pid());
    if (input.isEmpty() || streams.isEmpty()) {
      close(input);
      return;
    }
    streams.get().feedsFile();
    Thread.ofVirtual().name("input-" + row.pid()).start(() -> feed(input.get(), streams.get()));
  }

  private void feed(InputStream from, ProgramStreams to) {
    long offset = 0;
    byte[] buffer = new byte[StreamFrames.BYTES_MAX];
    try (from) {
      int count = from.read(buffer);
      while (count >= 0) {
        to.input(offset, Bytes.wrap(Arrays.copyOf(buffer, count)));
        offset += count;
        count = from.read(buffer);
      }
      to.endInput();
    } catch (IOException e) {
      // The program must not take a part of the file for the whole.
      node.tell(row, EventKind.PROCESS_LOST, "its input broke off: " + e.getMessage());
      kill();
    }
  }

  private void kill() {
    try {
      host.signal(row.pid(), PosixSignals.KILL);
    } catch (IOException e) {
      return; // The warden died and the program with it.
    }
  }

  private static void close(Optional<InputStream> input) {
    try {
      if (input.isPresent()) {
        input.get().close();
      }
    } catch (IOException e) {
      return; // Nothing was written to it; there is nothing to lose.
    }
  }
}
