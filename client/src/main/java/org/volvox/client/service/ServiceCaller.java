package org.volvox.client.service;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.volvox.base.MonoTime;
import org.volvox.base.Prng;
import org.volvox.base.syscall.ServiceName;
import org.volvox.calls.service.CallerId;
import org.volvox.calls.service.Invocation;
import org.volvox.calls.service.Loads;
import org.volvox.calls.service.OpenRequests;
import org.volvox.calls.service.RequestKey;
import org.volvox.calls.service.RetryBudget;
import org.volvox.calls.service.ServiceRules;
import org.volvox.rpc.LamportClock;

/** Makes calls: what all calls of this program share, and one {@link CallDrive} for each. */
final class ServiceCaller implements AutoCloseable {
  private static final int OPEN_MAX = 1_024;
  private static final int SPAN_MAX = 16_384;
  private static final Duration SUSPICION = Duration.ofSeconds(5);

  private final Directory directory;
  private final HostLinks links;
  private final LamportClock clock;
  private final Schemas schemas = new Schemas();
  private final Alarms alarms = new Alarms();
  private final Loads loads = new Loads(SUSPICION);
  private final Map<ServiceName, RetryBudget> budgets = new ConcurrentHashMap<>();
  private final List<OpenRequests> callers = new ArrayList<>();
  private final SecureRandom random = new SecureRandom();

  ServiceCaller(Directory directory, HostLinks links, LamportClock clock) {
    this.directory = directory;
    this.links = links;
    this.clock = clock;
  }

  /**
   * Calls, and waits for the answer.
   *
   * @throws ServiceException if there is none of the method's own
   */
  Reply call(Called called, CallOptions options) {
    MonoTime until = new MonoTime(System.nanoTime()).plus(options.timeout());
    CallContext context = CallContext.orNone();
    MonoTime deadline = context.deadline().filter(at -> at.isBefore(until)).orElse(until);
    Numbered numbered = number();
    try {
      return new CallDrive(this, called, numbered, new CallDrive.Bounds(deadline, options)).run();
    } finally {
      numbered.of().end(numbered.key());
    }
  }

  /** A request's number, and those that it is one of. */
  record Numbered(OpenRequests of, RequestKey key) {}

  /** One that stays open long holds back those behind it: then another row is begun. */
  private Numbered number() {
    synchronized (callers) {
      for (OpenRequests each : callers) {
        if (each.hasRoom()) {
          return new Numbered(each, each.begin());
        }
      }
      CallerId id = new CallerId(random.nextLong(), random.nextLong());
      OpenRequests added = new OpenRequests(id, OPEN_MAX, SPAN_MAX, ServiceRules.PAPER);
      callers.add(added);
      return new Numbered(added, added.begin());
    }
  }

  /** Requests that have neither an answer nor an end. */
  int openRequests() {
    synchronized (callers) {
      return callers.stream().mapToInt(OpenRequests::open).sum() + loads.outstanding();
    }
  }

  /** For one call: with what it shares with others of the same service. */
  Invocation.Shared shared(ServiceName service) {
    RetryBudget budget = budgets.get(service);
    if (budget == null) {
      budget = budgets.computeIfAbsent(service, _ -> RetryBudget.usual());
    }
    Prng prng = new Prng(ThreadLocalRandom.current().nextInt());
    return new Invocation.Shared(budget, prng, ServiceRules.PAPER);
  }

  Directory directory() {
    return directory;
  }

  HostLinks links() {
    return links;
  }

  Schemas schemas() {
    return schemas;
  }

  Loads loads() {
    return loads;
  }

  Alarms alarms() {
    return alarms;
  }

  LamportClock clock() {
    return clock;
  }

  @Override
  public void close() {
    links.close();
  }
}
