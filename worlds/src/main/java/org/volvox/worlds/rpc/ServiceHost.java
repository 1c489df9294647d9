package org.volvox.worlds.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.base.MonoTime;
import org.volvox.calls.service.AnswerLimits;
import org.volvox.calls.service.AnswerTable;
import org.volvox.calls.service.CallerId;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.calls.service.InvokeAnswer.NotRun;
import org.volvox.calls.service.InvokeRequest;
import org.volvox.calls.service.RequestKey;
import org.volvox.calls.service.ServiceRules;
import org.volvox.worlds.seed.Violation;

/**
 * A program that binds services: the real table of answers around handlers that take their time.
 * What may run twice does not pass through the table. Each life binds new instances.
 */
final class ServiceHost extends Machine {
  /** The method that may run twice, and the one that may not. */
  static final int ANY_TIMES = 1;

  static final int ONCE = 2;

  private static final int INSTANCES_MAX = 3;
  private static final int LINGER_MICROS = 700_000;
  private static final int SHORT_MICROS = 20_000;

  private final Registry registry;
  private final Ledger ledger;
  private final AnswerLimits limits;
  private final ServiceRules rules;
  private final int runMicros;

  /** Whether the limits are so narrow that answers are lost to them. */
  private final boolean isNarrow;

  private AnswerTable table;
  private final List<InstanceId> instances = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();

  /** What runs and passed through the table, the latest of each key. */
  private final TreeMap<RequestKey, Run> joinable = new TreeMap<>();

  private final TreeMap<CallerId, MonoTime> heard = new TreeMap<>();
  private final List<Run> runs = new ArrayList<>();

  /** What ran, and its caller may ask for again by all that was heard. */
  private final TreeSet<RequestKey> needed = new TreeSet<>();

  private final TreeMap<CallerId, Long> lowest = new TreeMap<>();
  private boolean isStopping;
  private boolean isHealthy = true;
  private boolean isTimerSet;

  private record Waiter(Link link, long attempt) {}

  private static final class Run {
    final InvokeRequest request;
    final Ledger.Call call;
    final List<Waiter> waiters = new ArrayList<>();
    boolean isInterrupted;
    boolean hasEffect;

    Run(InvokeRequest request, Ledger.Call call) {
      this.request = request;
      this.call = call;
    }
  }

  ServiceHost(int endpoint, Registry registry, Ledger ledger, Setting setting) {
    super(endpoint, "host", registry.stage);
    this.registry = registry;
    this.ledger = ledger;
    limits = setting.limits();
    isNarrow = setting.isNarrow();
    rules = setting.rules();
    runMicros = setting.runMicros();
    table = new AnswerTable(limits, rules);
  }

  /** What is drawn for all hosts of a run. */
  record Setting(AnswerLimits limits, boolean isNarrow, int runMicros, ServiceRules rules) {}

  @Override
  void begin() {
    table = new AnswerTable(limits, rules);
    isStopping = false;
    isHealthy = true;
    isTimerSet = false;
    int count = stage.prng.between(1, INSTANCES_MAX);
    for (int i = 0; i < count; i++) {
      instances.add(new InstanceId(endpoint, stage.prng.nextInt()));
    }
    beat();
  }

  @Override
  void perish() {
    instances.clear();
    joinable.clear();
    heard.clear();
    needed.clear();
    lowest.clear();
    runs.clear();
    List<Link> all = List.copyOf(links);
    links.clear();
    all.forEach(each -> each.perished(this));
  }

  private void beat() {
    if (!isStopping) {
      if (stage.prng.below(20) == 0) {
        isHealthy = !isHealthy || stage.isHealed;
      }
      registry.beat(this, instances, isHealthy || stage.isHealed);
      stage.after(registry.beatMicros(), this, "beat", this::beat);
    }
  }

  /** It takes nothing new, ends a little later, and another program follows. */
  void stop() {
    if (isUp() && !isStopping) {
      isStopping = true;
      stage.count(RpcCount.STOPS);
      registry.unbind(this, instances);
      stage.after(
          LINGER_MICROS,
          this,
          "stopped",
          () -> {
            crash();
            start();
          });
    }
  }

  void connected(Link link) {
    links.add(link);
  }

  void onBroken(Link link) {
    links.remove(link);
    for (Run run : runs) {
      run.waiters.removeIf(each -> each.link == link);
      // Who asked may come back for what ran once; what may run twice is for nobody now.
      if (run.waiters.isEmpty() && !run.call.runsOnce()) {
        run.isInterrupted = true;
      }
    }
  }

  void onRequest(Link link, long attempt, Bytes bytes) {
    InvokeRequest request = decode(bytes);
    Waiter waiter = new Waiter(link, attempt);
    Ledger.Call call = ledger.named(request.arguments());
    if (!instances.contains(request.target())) {
      refuse(waiter, NotRun.Reason.UNKNOWN_INSTANCE, "not here");
    } else if (request.selector() == ANY_TIMES) {
      Optional<NotRun.Reason> why = whyNot();
      if (why.isPresent()) {
        refuse(waiter, why.get(), "not now");
      } else {
        run(request, call, waiter);
      }
    } else {
      begin(request, call, waiter);
    }
    requireBounds();
  }

  private void begin(InvokeRequest request, Ledger.Call call, Waiter waiter) {
    RequestKey key = request.key();
    MonoTime now = stage.now();
    boolean isRepeated = request.flags().isRepeated();
    long told = lowest.merge(key.caller(), request.lowestUnanswered(), Math::max);
    for (RequestKey each : List.copyOf(needed)) {
      if (each.caller().equals(key.caller()) && each.seq() < told) {
        needed.remove(each);
      }
    }
    switch (table.begin(key, request.lowestUnanswered(), isRepeated, now)) {
      case AnswerTable.Begun.Run() -> {
        Optional<NotRun.Reason> why = whyNot();
        if (why.isPresent()) {
          table.didNotRun(key);
          refuse(waiter, why.get(), "not now");
        } else {
          joinable.put(key, run(request, call, waiter));
        }
      }
      case AnswerTable.Begun.Wait() -> {
        stage.count(RpcCount.JOINED);
        @Nullable Run running = joinable.get(key);
        if (running == null) {
          throw new IllegalStateException(key + " is said to run");
        }
        running.waiters.add(waiter);
      }
      case AnswerTable.Begun.Answer(var answer) -> {
        stage.count(RpcCount.ANSWERED_AGAIN);
        answer(waiter, answer);
      }
      case AnswerTable.Begun.Forgotten() -> {
        requireRightToForget(key, call);
        stage.count(RpcCount.FORGOTTEN);
        refuse(waiter, NotRun.Reason.FORGOTTEN, "long ago");
      }
      case AnswerTable.Begun.Busy() -> refuse(waiter, NotRun.Reason.BUSY, "no room");
    }
    heard.put(key.caller(), now);
    setTimer();
  }

  private void requireRightToForget(RequestKey key, Ledger.Call call) {
    @Nullable MonoTime last = heard.get(key.caller());
    boolean isSilent = last == null || stage.now().nanosSince(last) >= limits.silence().toNanos();
    if (!call.hasEnded && !isSilent && !isNarrow) {
      throw new Violation("AnswersKept", call + " is open, and forgotten by " + this);
    }
  }

  private Optional<NotRun.Reason> whyNot() {
    if (isStopping) {
      return Optional.of(NotRun.Reason.STOPPING);
    }
    if (!isHealthy && !stage.isHealed && stage.prng.below(2) == 0) {
      return Optional.of(NotRun.Reason.NOT_HEALTHY);
    }
    return switch (stage.isHealed ? -1 : stage.prng.below(40)) {
      case 0, 1, 2 -> Optional.of(NotRun.Reason.BUSY);
      case 3 -> Optional.of(NotRun.Reason.UNKNOWN_METHOD);
      default -> Optional.empty();
    };
  }

  private Run run(InvokeRequest request, Ledger.Call call, Waiter waiter) {
    Run run = new Run(request, call);
    run.waiters.add(waiter);
    runs.add(run);
    int span = stage.isHealed || stage.prng.below(5) != 0 ? SHORT_MICROS : runMicros;
    int before = stage.prng.below(2) == 0 ? SHORT_MICROS : span;
    stage.within(before, this, "effect", () -> takeEffect(run, span));
    return run;
  }

  private void takeEffect(Run run, int span) {
    if (!run.isInterrupted) {
      run.hasEffect = true;
      stage.tell(this, run.call);
      ledger.takesEffect(run.call);
    }
    stage.within(span, this, "done", () -> done(run));
  }

  private void done(Run run) {
    runs.remove(run);
    Bytes name = Ledger.name(run.call, stage.prng.below(isNarrow ? 900 : 60));
    boolean throwsIt = !run.hasEffect || (!stage.isHealed && stage.prng.below(10) == 0);
    Bytes answer =
        throwsIt
            ? new InvokeAnswer.Threw(name).encode()
            : new InvokeAnswer.Returned(name, Optional.empty()).encode();
    RequestKey key = run.request.key();
    if (joinable.remove(key, run)) {
      heard.put(key.caller(), stage.now());
    }
    if (run.call.runsOnce()) {
      if (key.seq() >= lowest.getOrDefault(key.caller(), 1L)) {
        needed.add(key);
      }
      table.complete(key, answer, stage.now());
    }
    run.waiters.forEach(each -> answer(each, answer));
    setTimer();
    requireBounds();
  }

  /** The caller gave one attempt up. */
  void onCancel(Link link, long attempt, RequestKey key) {
    for (Run run : runs) {
      boolean isWaiter = run.waiters.removeIf(each -> each.link == link && each.attempt == attempt);
      if (isWaiter && !run.call.runsOnce()) {
        run.isInterrupted = true;
      }
    }
    if (table.cancel(key)) {
      @Nullable Run run = joinable.get(key);
      if (run != null) {
        run.isInterrupted = true;
      }
    }
  }

  private void refuse(Waiter waiter, NotRun.Reason reason, String text) {
    stage.tell(this, reason);
    if (reason == NotRun.Reason.BUSY) {
      stage.count(RpcCount.BUSY);
    }
    answer(waiter, new NotRun(reason, text).encode());
  }

  private void answer(Waiter waiter, Bytes answer) {
    Link link = waiter.link;
    link.toCaller("answer", () -> link.caller.onAnswer(waiter.attempt, answer));
  }

  private void setTimer() {
    Optional<MonoTime> at = table.nextDeadline();
    if (!isTimerSet && at.isPresent()) {
      isTimerSet = true;
      int micros = (int) Math.max(1, at.get().nanosSince(stage.now()) / 1000 + 1);
      stage.after(
          micros,
          this,
          "timer",
          () -> {
            isTimerSet = false;
            table.timer(stage.now());
            setTimer();
          });
    }
  }

  private void requireBounds() {
    boolean isWithin =
        table.bytes() <= limits.bytesMax().bytes()
            && table.running() <= limits.runningMax()
            && table.callers() <= limits.callersMax();
    if (!isWithin) {
      throw new Violation(
          "Bounds", this + " keeps " + table.bytes() + " bytes, runs " + table.running());
    }
    if (table.kept() > needed.size()) {
      throw new Violation(
          "AnswersDropped", this + " keeps " + table.kept() + ", needed are " + needed.size());
    }
  }

  /** What is left when all has settled. */
  void requireClean() {
    int waiters = 0;
    for (Run run : runs) {
      waiters += run.waiters.size();
    }
    if (waiters + runs.size() + joinable.size() + table.running() + table.kept() > 0
        || table.bytes() > 0) {
      throw new Violation(
          "NothingLeft",
          this
              + " has "
              + waiters
              + " waiters, "
              + runs.size()
              + " runs, "
              + joinable.size()
              + " to join, "
              + table.running()
              + " running, "
              + table.kept()
              + " answers, "
              + table.bytes()
              + " bytes");
    }
  }

  private static InvokeRequest decode(Bytes bytes) {
    try {
      return InvokeRequest.decode(bytes);
    } catch (MalformedException e) {
      throw new IllegalStateException(e);
    }
  }
}
