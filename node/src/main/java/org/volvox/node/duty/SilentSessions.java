package org.volvox.node.duty;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.event.About;
import org.volvox.base.event.EventKind;
import org.volvox.base.syscall.ServiceAsk;
import org.volvox.base.syscall.ServiceLimits;
import org.volvox.base.syscall.ServicePage;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.base.syscall.SessionAsk;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionPage;
import org.volvox.base.syscall.SessionRow;
import org.volvox.calls.CallException;
import org.volvox.node.event.Journal;
import org.volvox.node.serve.NodeCalls;

/**
 * Ends sessions that nobody has renewed in time, as long as this node leads. One thread uses it.
 */
final class SilentSessions {
  private static final Duration CALL_WITHIN = Duration.ofSeconds(2);
  private static final int PAGE = 256;

  /**
   * What a session has at least when a leader first sees it: time for a renewal that the election
   * held up, or that a jump of the state's wall time makes look late.
   */
  private static final long FIRST_MILLIS_MIN = 1500;

  private final NodeCalls calls;
  private final Journal journal;
  private final Map<SessionId, Timer> timers = new TreeMap<>();

  /** When a session with this renewal falls silent. */
  private record Timer(long renewal, long deadlineNanos) {}

  SilentSessions(NodeCalls calls, Journal journal) {
    this.calls = calls;
    this.journal = journal;
  }

  /** Another leader, or this one in another term, begins with what the state says. */
  void forget() {
    timers.clear();
  }

  void turn(Term term) throws CallException, InterruptedException {
    long now = System.nanoTime();
    Map<SessionId, Timer> seen = new TreeMap<>();
    List<SessionRow> silent = new ArrayList<>();
    SessionId after = SessionId.NONE;
    boolean more = true;
    while (more) {
      SessionPage page =
          NodeCalls.body(calls.askHere(new SessionAsk.All(after, PAGE)), SessionPage::decode);
      for (SessionRow row : page.rows()) {
        Timer timer = timer(row, now);
        seen.put(row.session(), timer);
        if (now - timer.deadlineNanos() > 0) {
          silent.add(row);
        }
        after = row.session();
      }
      more = page.more() && !page.rows().isEmpty();
    }
    timers.clear();
    timers.putAll(seen);
    if (!silent.isEmpty()) {
      end(silent, term);
    }
  }

  private void end(List<SessionRow> silent, Term term) throws CallException, InterruptedException {
    List<ServiceRow> services = services();
    for (SessionRow row : silent) {
      SessionCall.Expire expire = new SessionCall.Expire(row.session(), row.renewal(), term);
      if (calls.call(expire, CALL_WITHIN).isOk()) {
        tell(EventKind.SESSION_CLOSED, "session " + row.session() + " fell silent and ended");
        services.stream()
            .filter(service -> service.session().equals(row.session()))
            .forEach(service ->
                tell(
                    EventKind.SERVICE_UNBOUND,
                    "instance "
                        + service.instance()
                        + " of "
                        + service.name()
                        + " ended with session "
                        + row.session()));
      }
    }
  }

  private void tell(EventKind kind, String what) {
    journal.record(kind, what, Optional.empty(), About.NOTHING);
  }

  private List<ServiceRow> services() throws CallException {
    List<ServiceRow> rows = new ArrayList<>();
    Optional<ServiceRow.Key> after = Optional.empty();
    boolean more = true;
    while (more) {
      ServicePage page =
          NodeCalls.body(
              calls.askHere(new ServiceAsk.All("", after, ServiceLimits.PAGE_MAX)),
              ServicePage::decode);
      rows.addAll(page.rows());
      more = page.more() && !page.rows().isEmpty();
      after = rows.isEmpty() ? after : Optional.of(rows.getLast().key());
    }
    return rows;
  }

  /** A session first seen has what the state says was left; one that was renewed, all of it. */
  private static Timer first(SessionRow row, long now) {
    long least = Math.min(row.ttlMillis(), FIRST_MILLIS_MIN);
    return new Timer(row.renewal(), now + millis(Math.max(row.remainingMillis(), least)));
  }

  private Timer timer(SessionRow row, long now) {
    Optional<Timer> before = Optional.ofNullable(timers.get(row.session()));
    if (before.isEmpty()) {
      return first(row, now);
    }
    return before.get().renewal() == row.renewal()
        ? before.get()
        : new Timer(row.renewal(), now + millis(row.ttlMillis()));
  }

  private static long millis(long millis) {
    return Duration.ofMillis(Math.max(0, millis)).toNanos();
  }
}
