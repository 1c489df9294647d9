package org.volvox.node.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.volvox.base.ByteCount;
import org.volvox.base.MalformedException;
import org.volvox.base.Pid;
import org.volvox.base.syscall.ProcessAsk;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessPage;
import org.volvox.base.syscall.ProcessRow;
import org.volvox.base.syscall.ProcessState;
import org.volvox.base.syscall.Result;

/**
 * Makes what runs on this machine agree with the process table. It never acts on apply's word
 * alone: the rows say what should be, the table is asked (Starting) before anything is spawned, so
 * a program is started at most once however often the supervisor looks.
 *
 * <ol>
 *   <li>A program runs here only if the table has its row STARTING or RUNNING with this node and
 *       this incarnation.
 *   <li>Each end is reported until the table has it.
 * </ol>
 */
public final class Supervisor implements AutoCloseable {
  /** For the outputs of programs that have ended. */
  public static final ByteCount MEMORY_MAX = new ByteCount(EndedPrograms.BYTES_MAX);

  private static final int PAGE_ROWS = 256;

  private final ProcessNode node;
  private final ProcessHost host;
  private final Map<Pid, ProcessLife> lives = new TreeMap<>();
  private final EndedPrograms ended = new EndedPrograms();
  private final List<Thread> threads = new ArrayList<>();
  private final TableWatch table = new TableWatch();

  private Supervisor(ProcessNode node, Path folder, ProcessHost.Patience patience)
      throws IOException {
    this.node = node;
    this.host = ProcessHost.start(folder, patience, new Ears());
  }

  /**
   * Starts the supervision.
   *
   * @param folder the node's folder
   */
  public static Supervisor start(ProcessNode node, Path folder, ProcessHost.Patience patience)
      throws IOException {
    Supervisor supervisor = new Supervisor(node, folder, patience);
    supervisor.spawnThread("supervisor", supervisor::loop);
    return supervisor;
  }

  /** The process table may have changed; cheap, callable from apply. */
  public void tableChanged() {
    table.changed();
  }

  TableWatch table() {
    return table;
  }

  /** The streams of a program of this node, running or lately ended. */
  public Optional<ProgramStreams> streams(Pid pid) {
    return host.streams(pid);
  }

  /** How many programs run here; a scheduler's load report. */
  public synchronized int runningCount() {
    return lives.size() - ended.size();
  }

  @Override
  public void close() {
    List<Thread> stopping;
    table.close();
    synchronized (this) {
      stopping = new ArrayList<>(threads);
      lives.values().forEach(life -> stopping.add(life.thread()));
    }
    stopping.forEach(Thread::interrupt);
    host.close();
  }

  private void loop() throws InterruptedException {
    reportEarlierIncarnation();
    while (!table.isClosed()) {
      long seen = table.version();
      List<ProcessRow> rows = rows();
      rows.forEach(this::reconcile);
      endStrangers(rows);
      table.await(seen);
    }
  }

  /** What an earlier incarnation had started died with its warden. */
  private void reportEarlierIncarnation() throws InterruptedException {
    if (node.incarnation() > 1) {
      node.call(
          new ProcessCall.NodeLost(
              node.self(), node.incarnation() - 1, node.self() + " was started again"));
    }
  }

  private List<ProcessRow> rows() {
    List<ProcessRow> rows = new ArrayList<>();
    try {
      ProcessPage page = page(0);
      rows.addAll(page.rows());
      while (page.more() && !page.rows().isEmpty()) {
        page = page(page.rows().getLast().pid().value());
        rows.addAll(page.rows());
      }
    } catch (MalformedException e) {
      throw new IllegalStateException("the process table's own answer does not decode", e);
    }
    return rows;
  }

  private ProcessPage page(long after) throws MalformedException {
    Result result = node.local(new ProcessAsk.OnNode(node.self(), after, PAGE_ROWS));
    return result.isOk() ? ProcessPage.decode(result.body()) : new ProcessPage(List.of(), false);
  }

  /**
   * Kills what still runs here though the table has its end, as after this node was cut off and
   * taken for dead: the table's word is what its caller was told.
   */
  private void endStrangers(List<ProcessRow> rows) {
    Set<Pid> wanted = rows.stream().map(ProcessRow::pid).collect(Collectors.toSet());
    List<Pid> doubtful;
    synchronized (this) {
      doubtful =
          lives.keySet().stream()
              .filter(pid -> !wanted.contains(pid) && !ended.contains(pid))
              .toList();
    }
    for (Pid pid : doubtful) {
      Result row = node.local(new ProcessAsk.One(pid));
      if (row.isOk() && isFinal(row)) {
        kill(pid);
      }
    }
  }

  private static boolean isFinal(Result row) {
    try {
      return ProcessRow.decode(row.body()).state().isFinal();
    } catch (MalformedException e) {
      throw new IllegalStateException("the process table's own answer does not decode", e);
    }
  }

  private void kill(Pid pid) {
    try {
      host.signal(pid, PosixSignals.KILL);
    } catch (IOException e) {
      return; // The warden died and the program with it.
    }
  }

  private void reconcile(ProcessRow row) {
    ProcessLife life;
    synchronized (this) {
      life = lives.get(row.pid());
      if (life == null && row.state() == ProcessState.PLACED && !table.isClosed()) {
        life = new ProcessLife(row, node, host, this::over);
        lives.put(row.pid(), life);
        life.begin();
      }
    }
    if (life != null) {
      life.deliver(row.signals());
    }
  }

  /** A program's end is in the table; its output stays a while for whoever still reads it. */
  private void over(Pid pid) {
    Optional<ProgramStreams> streams = host.streams(pid);
    List<Pid> forgotten;
    synchronized (this) {
      if (streams.isPresent()) {
        ended.add(pid, streams.get());
      } else {
        lives.remove(pid);
      }
      forgotten = ended.giveUp();
      forgotten.forEach(lives::remove);
    }
    forgotten.forEach(host::forget);
  }

  private void spawnThread(String name, Body body) {
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(() -> {
              try {
                body.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // The node stops.
              }
            });
    synchronized (this) {
      threads.add(thread);
    }
    thread.start();
  }

  /** What a thread does until it is interrupted. */
  private interface Body {
    void run() throws InterruptedException;
  }

  /** Passes what the host tells to the life that it is about. */
  private final class Ears implements ProcessHost.Listener {
    @Override
    public void started(Pid pid, long osPid) {
      tell(pid, new ProcessLife.Happening.Started(host.missingTools()));
    }

    @Override
    public void notStarted(Pid pid, int code, String why) {
      tell(pid, new ProcessLife.Happening.Ended(code, why));
    }

    @Override
    public void exited(Pid pid, int code) {
      tell(pid, new ProcessLife.Happening.Ended(code, ""));
    }

    @Override
    public void lost(Pid pid, String why) {
      tell(pid, new ProcessLife.Happening.Lost(why));
    }

    private void tell(Pid pid, ProcessLife.Happening happening) {
      Optional<ProcessLife> life;
      synchronized (Supervisor.this) {
        life = Optional.ofNullable(lives.get(pid));
      }
      life.ifPresent(known -> known.happened(happening));
    }
  }
}
