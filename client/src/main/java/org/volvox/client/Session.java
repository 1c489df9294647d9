package org.volvox.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;
import org.volvox.base.clock.Origin;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionGrant;
import org.volvox.calls.CallException;
import org.volvox.calls.ClientSession;
import org.volvox.calls.Method;
import org.volvox.rpc.LamportClock;

/**
 * This client's session: begun by the first command, renewed while the client is open, and closed
 * with it unless a request's outcome is unknown, whose id must stay good for a repetition.
 */
final class Session implements AutoCloseable {
  /** Long enough for a fail-over and a stopped client, short enough that the dead are forgotten. */
  private static final long TTL_MILLIS = 60_000;

  private static final Duration CLOSE_MAX = Duration.ofMillis(300);

  /** Requests open at a time: what keeps three connections busy, and a fraction of a node's. */
  private static final int OPEN_MAX = 512;

  /** The cluster keeps 4,096 results of a session; half of it leaves room for other opinions. */
  private static final int SPAN_MAX = 2048;

  /** A request that has its id. */
  record Request(RequestId id, long lowestUnacknowledged, boolean isRepeated) {
    Command toCommand(int group, Call call) {
      return new Command(
          group, id.session(), id.seq(), lowestUnacknowledged, "", call.type(), call.body());
    }
  }

  private final Requests requests;
  private final LamportClock clock;
  private final String label;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final List<RequestId> unknown = new ArrayList<>();
  private Optional<RequestId> repeat;
  private Optional<ClientSession> session = Optional.empty();

  Session(Requests requests, LamportClock clock, ClientOptions options) {
    this.requests = requests;
    this.clock = clock;
    this.label = options.label();
    this.repeat = options.request();
  }

  Request begin() throws VolvoxException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (repeat.isPresent()) {
        RequestId id = repeat.get();
        repeat = Optional.empty();
        return new Request(id, id.seq(), true);
      }
      while (true) {
        if (session.isEmpty() || isHeldUp(session.get())) {
          session = Optional.of(register());
        }
        ClientSession open = session.get();
        if (open.hasRoom()) {
          long seq = open.begin();
          room.signal(); // There may be room for more than one, when the lowest was acknowledged.
          return new Request(new RequestId(open.id(), seq), open.lowestUnacknowledged(), false);
        }
        room.await(); // Whoever ends a request wakes one: all would be a crowd for one place.
      }
    } finally {
      lock.unlock();
    }
  }

  /** A request of unknown outcome is never acknowledged: what follows needs another session. */
  private boolean isHeldUp(ClientSession open) {
    return !open.hasRoom()
        && unknown.contains(new RequestId(open.id(), open.lowestUnacknowledged()));
  }

  private ClientSession register() throws VolvoxException, InterruptedException {
    Bytes body = requests.commandWithoutSession(new SessionCall.Register(TTL_MILLIS, label));
    try {
      SessionGrant grant = SessionGrant.decode(body);
      clock.begin(new Origin.Client(grant.session()));
      renewEvery(Duration.ofMillis(grant.ttlMillis() / 3), grant.session());
      return new ClientSession(grant.session(), OPEN_MAX, SPAN_MAX);
    } catch (MalformedException e) {
      throw Requests.malformed("the session's grant cannot be read", e);
    }
  }

  /** An unknown outcome leaves the request open, so that the cluster keeps its result. */
  void end(Request request, boolean known) {
    lock.lock();
    try {
      if (!known) {
        unknown.add(request.id());
      } else if (!request.isRepeated() && isOf(request.id().session())) {
        session.orElseThrow().acknowledge(request.id().seq());
      }
      room.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The cluster no longer knows this session: the next command begins another. */
  void forget(SessionId expired) {
    lock.lock();
    try {
      if (isOf(expired)) {
        session = Optional.empty();
        room.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isOf(SessionId id) {
    return session.isPresent() && session.get().id().equals(id);
  }

  private void renewEvery(Duration span, SessionId of) {
    Thread.ofVirtual()
        .name("session " + of)
        .start(() -> {
          try {
            while (!closing.await(span.toNanos(), TimeUnit.NANOSECONDS) && isCurrent(of)) {
              renew();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private boolean isCurrent(SessionId id) {
    lock.lock();
    try {
      return isOf(id);
    } finally {
      lock.unlock();
    }
  }

  private void renew() throws InterruptedException {
    try {
      requests.command(new SessionCall.KeepAlive());
    } catch (VolvoxException e) {
      // The next renewal, or the next command, meets the same cluster and tells its user.
      return;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    Optional<ClientSession> last = lastToClose();
    if (last.isEmpty()) {
      return;
    }
    // Best effort: a session that nobody closes expires.
    try {
      long seq = last.get().begin();
      Command command =
          new Request(new RequestId(last.get().id(), seq), seq, false)
              .toCommand(0, new SessionCall.Close());
      requests.askAt(
          requests.connections().entries().getFirst(), Method.COMMAND, command.encode(), CLOSE_MAX);
    } catch (CallException e) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<ClientSession> lastToClose() {
    lock.lock();
    try {
      Optional<ClientSession> last = unknown.isEmpty() ? session : Optional.empty();
      session = Optional.empty();
      return last.filter(ClientSession::hasRoom);
    } finally {
      lock.unlock();
    }
  }
}
