package org.volvox.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.Ask;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.calls.Method;
import org.volvox.rpc.OutboundCall;

/** A cluster as the directory of services sees it: a test says what is answered. */
final class FakeLink implements ServiceLink {
  /** Says whether a command is done. */
  interface Answering {
    void answer(RequestId id, Call call) throws VolvoxException, InterruptedException;
  }

  static final List<NodeId> NODES = List.of(new NodeId(1), new NodeId(2));

  private final List<String> log = new ArrayList<>();
  private final BlockingQueue<FakeUpdates> opened = new LinkedBlockingQueue<>();
  private Answering answering = (id, call) -> {};
  private long sessions;

  /** What was asked for so far, such as {@code 1/2 bind 7}: session 1, its second request. */
  synchronized List<String> log() {
    return List.copyOf(log);
  }

  /** The same since the last time. */
  synchronized List<String> logged() {
    List<String> all = List.copyOf(log);
    log.clear();
    return all;
  }

  synchronized void answer(Answering next) {
    answering = next;
  }

  /** Waits for the next call that the directory makes of a node. */
  FakeUpdates nextOpened() throws InterruptedException {
    return opened.take();
  }

  static String text(Call call) {
    return switch (call) {
      case ServiceCall.Bind bind -> "bind " + number(bind.instance());
      case ServiceCall.Unbind(InstanceId instance) -> "unbind " + number(instance);
      case ServiceCall.Health health ->
          (health.healthy() ? "healthy " : "unhealthy ") + number(health.instance());
      case SessionCall.KeepAlive _ -> "renew";
      default -> call.toString();
    };
  }

  private static long number(InstanceId instance) {
    return instance.low();
  }

  @Override
  public String label() {
    return "test";
  }

  @Override
  public Duration timeout() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Bytes query(Ask ask) {
    throw new IllegalStateException("nothing is asked here");
  }

  @Override
  public Bytes query(Ask ask, Duration within) {
    return query(ask);
  }

  @Override
  public synchronized SessionGrant register(Duration ttl, String name) {
    sessions++;
    log.add("session " + sessions + " of " + ttl.toSeconds() + " s");
    return new SessionGrant(new SessionId(sessions), ttl.toMillis());
  }

  @Override
  public Bytes command(RequestId id, Call call) throws VolvoxException, InterruptedException {
    Answering now;
    synchronized (this) {
      log.add(id.session().value() + "/" + id.seq() + " " + text(call));
      now = answering;
      notifyAll();
    }
    now.answer(id, call);
    return Bytes.EMPTY;
  }

  @Override
  public synchronized void end(RequestId id) {
    log.add(id.session().value() + "/" + id.seq() + " end");
  }

  @Override
  public List<NodeId> nodes() {
    return NODES;
  }

  @Override
  public OutboundCall open(NodeId node, Method method) {
    FakeUpdates call = new FakeUpdates(node);
    opened.add(call);
    return call;
  }

  /** Waits until so many entries of the log are this. */
  synchronized void await(String entry, int times) throws InterruptedException {
    while (log.stream().filter(each -> each.endsWith(entry)).count() < times) wait();
  }
}
