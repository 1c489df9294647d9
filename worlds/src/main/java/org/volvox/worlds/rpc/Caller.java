package org.volvox.worlds.rpc;

import java.time.Duration;
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
import org.volvox.calls.service.CallerId;
import org.volvox.calls.service.Candidate;
import org.volvox.calls.service.Invocation;
import org.volvox.calls.service.InvocationEffect;
import org.volvox.calls.service.InvocationInput;
import org.volvox.calls.service.InvocationOutcome;
import org.volvox.calls.service.InvocationPolicy;
import org.volvox.calls.service.InvokeAnswer;
import org.volvox.calls.service.InvokeRequest;
import org.volvox.calls.service.Loads;
import org.volvox.calls.service.OpenRequests;
import org.volvox.calls.service.Repeat;
import org.volvox.calls.service.RequestKey;
import org.volvox.calls.service.RetryBudget;
import org.volvox.calls.service.ServiceRules;
import org.volvox.calls.service.TraceContext;
import org.volvox.worlds.seed.Violation;

/** A program that calls services: the real cores, several calls at a time, over connections. */
final class Caller extends Machine {
  private static final int OPEN_MAX = 6;
  private static final int SPAN_MAX = 20;
  private static final int SUCCESSES_FOR_ONE = 10;
  private static final int ASK_MICROS = 500_000;
  private static final int GRACE_MICROS = 50_000;
  private static final int REPEAT_CANCEL_MICROS = 500_000;

  /** A connection that was silent for so long is not trusted with a repetition. */
  private static final int SILENT_MICROS = 200_000;

  private final Registry registry;
  private final Ledger ledger;
  private final InvocationPolicy policy;
  private final ServiceRules rules;
  private final int thinkMicros;
  private final int deadlineMicros;
  private final int budgetMax;

  private List<Registry.Row> view = List.of();
  private final TreeMap<InstanceId, ServiceHost> places = new TreeMap<>();
  private final TreeMap<Integer, Link> links = new TreeMap<>();
  private final TreeMap<Integer, Open> open = new TreeMap<>();

  /** By the number of the attempt on the wire. */
  private final TreeMap<Long, Attempt> attempts = new TreeMap<>();

  private OpenRequests requests;
  private RetryBudget budget;
  private Loads loads = new Loads(Duration.ofSeconds(1));
  private long lastAttempt;

  /** What the budget must have allowed, by the world's own count. */
  private int repeated;

  private int succeeded;
  private int served;

  /** Some calls of theirs only: none more are made. */
  private boolean isQuiet;

  private static final class Open {
    final Ledger.Call call;
    final RequestKey key;
    final Invocation core;
    Optional<MonoTime> timerAt = Optional.empty();

    /** Where this call was tried in vain. */
    final TreeSet<InstanceId> failed = new TreeSet<>();

    /** Those to choose from. */
    List<Registry.Row> rows = List.of();

    /** The last attempt was refused in a way that costs nothing. */
    boolean isFree;

    Open(Ledger.Call call, RequestKey key, Invocation core) {
      this.call = call;
      this.key = key;
      this.core = core;
    }
  }

  /** One on its way; closed when nobody but a late answer wants it. */
  private static final class Attempt {
    final Open open;
    final int number;
    final InstanceId instance;
    final Link link;
    final Bytes request;
    boolean isSent;
    boolean isClosed;

    Attempt(Open open, InvocationEffect.Attempt effect, Link link, Bytes request) {
      this.open = open;
      number = effect.number();
      instance = effect.instance();
      this.link = link;
      this.request = request;
    }
  }

  /** What is drawn for all callers of a run. */
  record Setting(
      InvocationPolicy policy,
      int budgetMax,
      int thinkMicros,
      int deadlineMicros,
      ServiceRules rules) {}

  Caller(int endpoint, Registry registry, Ledger ledger, Setting setting) {
    super(endpoint, "caller", registry.stage);
    this.registry = registry;
    this.ledger = ledger;
    policy = setting.policy();
    thinkMicros = setting.thinkMicros();
    deadlineMicros = setting.deadlineMicros();
    rules = setting.rules();
    budgetMax = setting.budgetMax();
    budget = newBudget();
    requests = newRequests();
    registry.watchedBy(this);
  }

  private RetryBudget newBudget() {
    return new RetryBudget(budgetMax, SUCCESSES_FOR_ONE);
  }

  private OpenRequests newRequests() {
    CallerId id = new CallerId(endpoint, stage.prng.nextInt());
    return new OpenRequests(id, OPEN_MAX, SPAN_MAX, rules);
  }

  @Override
  void begin() {
    requests = newRequests();
    budget = newBudget();
    loads = new Loads(Duration.ofSeconds(1));
    repeated = 0;
    succeeded = 0;
    view = List.of();
    stage.within(thinkMicros, this, "think", this::think);
  }

  @Override
  void perish() {
    List<Link> all = List.copyOf(links.values());
    links.clear();
    attempts.clear();
    open.values().forEach(each -> each.call.hasEnded = true);
    open.clear();
    all.forEach(each -> each.perished(this));
  }

  void sees(List<Registry.Row> rows) {
    view = rows;
  }

  void quiet() {
    isQuiet = true;
  }

  int served() {
    return served;
  }

  boolean isIdle() {
    return open.isEmpty();
  }

  private void think() {
    if (isQuiet) {
      return;
    }
    if (requests.hasRoom()) {
      call();
    }
    stage.within(thinkMicros, this, "think", this::think);
  }

  private void call() {
    Repeat[] kinds = {Repeat.ANYWHERE, Repeat.SAME, Repeat.SAME, Repeat.NEVER};
    Repeat repeat = kinds[stage.prng.below(kinds.length)];
    int span = stage.isHealed ? RpcWorld.AMPLE_MICROS : stage.prng.between(1_000, deadlineMicros);
    MonoTime deadline = stage.now().plusNanos(span * 1000L);
    Ledger.Call call = ledger.begin(repeat, deadline, RpcWorld.isSettled(stage.micros()));
    Invocation.Shared shared = new Invocation.Shared(budget, stage.prng.fork(), rules);
    Open made = new Open(call, requests.begin(), new Invocation(repeat, policy, deadline, shared));
    open.put(call.number, made);
    feed(made, new InvocationInput.Start(stage.now()));
    if (!stage.isHealed && stage.prng.below(8) == 0) {
      cancelWithin(made, span);
    }
  }

  private void cancelWithin(Open made, int micros) {
    stage.within(micros, this, "cancel", () -> feed(made, new InvocationInput.Cancel(stage.now())));
  }

  private void feed(Open made, InvocationInput input) {
    if (!open.containsValue(made) && !made.core.hasEnded()) {
      return; // Of an earlier life.
    }
    List<InvocationEffect> effects = new ArrayList<>();
    made.core.step(input, effects::add);
    effects.forEach(each -> run(made, each));
    Optional<MonoTime> due = made.core.nextDeadline();
    if (due.isPresent() && !due.equals(made.timerAt)) {
      made.timerAt = due;
      int micros = (int) Math.max(1, (due.get().nanosSince(stage.now()) + 999) / 1000);
      stage.after(
          micros, this, "timer", () -> feed(made, new InvocationInput.TimerFired(stage.now())));
    }
  }

  private void run(Open made, InvocationEffect effect) {
    stage.tell(this, effect);
    switch (effect) {
      case InvocationEffect.Resolve(var isFresh) -> resolve(made, isFresh);
      case InvocationEffect.Attempt attempt -> attempt(made, attempt);
      case InvocationEffect.CancelAttempt(var number) -> cancel(made, number);
      case InvocationEffect.Ended(var outcome) -> ended(made, outcome);
    }
  }

  private void resolve(Open made, boolean isFresh) {
    if (!isFresh) {
      List<Registry.Row> rows = view;
      stage.after(1, this, "known", () -> resolved(made, rows));
      return;
    }
    boolean[] isTold = new boolean[1];
    registry.ask(
        this,
        rows -> {
          if (!isTold[0]) {
            isTold[0] = true;
            resolved(made, rows);
          }
        });
    stage.after(
        ASK_MICROS,
        this,
        "silence",
        () -> {
          if (!isTold[0]) {
            isTold[0] = true;
            feed(made, new InvocationInput.ResolveFailed("no node answers", stage.now()));
          }
        });
  }

  private void resolved(Open made, List<Registry.Row> rows) {
    made.rows = rows;
    List<Candidate> candidates = new ArrayList<>();
    for (Registry.Row row : rows) {
      places.put(row.instance(), row.host());
      candidates.add(loads.candidate(row.instance(), row.isHealthy(), stage.now()));
    }
    feed(made, new InvocationInput.Instances(candidates, stage.now()));
  }

  private void attempt(Open made, InvocationEffect.Attempt effect) {
    stage.count(RpcCount.ATTEMPTS);
    if (effect.number() > 1 && !made.isFree) {
      repeated++;
      requireBudget();
    }
    made.isFree = false;
    requireElsewhere(made, effect.instance());
    @Nullable ServiceHost host = places.get(effect.instance());
    if (host == null) {
      throw new IllegalStateException("nobody told where " + effect.instance() + " is");
    }
    Link link = link(host, effect.isRepeat());
    Bytes request = request(made, effect).encode();
    long number = ++lastAttempt;
    loads.begin(effect.instance());
    attempts.put(number, new Attempt(made, effect, link, request));
    if (link.isConnected) {
      stage.after(1, this, "ready", () -> send(number));
    }
    if (effect.isRepeat() && !stage.isHealed && stage.prng.below(6) == 0) {
      cancelWithin(made, REPEAT_CANCEL_MICROS);
    }
  }

  /** What may run anywhere is not tried again where it failed while another is left. */
  private void requireElsewhere(Open made, InstanceId instance) {
    boolean isOtherLeft =
        made.rows.stream().anyMatch(each -> !made.failed.contains(each.instance()));
    if (!made.call.runsOnce() && made.failed.contains(instance) && isOtherLeft) {
      throw new Violation("TriedElsewhere", made.call + " is tried again at " + instance);
    }
  }

  private InvokeRequest request(Open made, InvocationEffect.Attempt effect) {
    return new InvokeRequest(
        effect.instance(),
        made.key,
        Math.min(requests.lowestUnanswered(), made.key.seq()),
        made.call.runsOnce() ? ServiceHost.ONCE : ServiceHost.ANY_TIMES,
        new InvokeRequest.Flags(effect.isRepeat(), false, false),
        TraceContext.NONE,
        "",
        Ledger.name(made.call, 0));
  }

  private void requireBudget() {
    if (repeated > budgetMax / 2 + succeeded / SUCCESSES_FOR_ONE + 1) {
      throw new Violation(
          "BudgetKept", this + " repeated " + repeated + " with " + succeeded + " successes");
    }
  }

  private Link link(ServiceHost host, boolean isRepeat) {
    @Nullable Link before = links.get(host.endpoint);
    boolean isStale =
        before != null && isRepeat && stage.micros() - before.heardMicros > SILENT_MICROS;
    if (before != null && isStale) {
      before.closeByCaller();
      onBroken(before);
    } else if (before != null && before.isOpenForCaller()) {
      return before;
    }
    Link link = new Link(this, host);
    links.put(host.endpoint, link);
    link.toHost(
        "connect",
        () -> {
          host.connected(link);
          link.toCaller("connected", () -> connected(link));
        });
    stage.after(
        Link.CONNECT_MICROS,
        this,
        "connect timeout",
        () -> {
          if (!link.isConnected && links.containsValue(link)) {
            link.closeByCaller();
            onBroken(link);
          }
        });
    return link;
  }

  private void connected(Link link) {
    if (links.containsValue(link)) {
      link.isConnected = true;
      for (Long number : List.copyOf(attempts.keySet())) {
        @Nullable Attempt attempt = attempts.get(number);
        if (attempt != null && attempt.link == link) {
          send(number);
        }
      }
    }
  }

  private void send(long number) {
    @Nullable Attempt attempt = attempts.get(number);
    if (attempt == null || attempt.isSent || attempt.isClosed) {
      return;
    }
    feed(attempt.open, new InvocationInput.Sending(attempt.number, stage.now()));
    if (attempt.open.core.mayTell(attempt.number)) {
      attempt.isSent = true;
      Link link = attempt.link;
      link.toHost("request", () -> link.host.onRequest(link, number, attempt.request));
    }
  }

  /** What waits for a connection that is no more has failed; soon, for a call may be about it. */
  void onBroken(Link link) {
    links.remove(link.host.endpoint, link);
    attempts.forEach((number, attempt) -> {
      if (attempt.link == link && !attempt.isClosed) {
        stage.after(1, this, "failed", () -> failed(number));
      }
    });
  }

  private void failed(long number) {
    @Nullable Attempt attempt = attempts.get(number);
    if (attempt != null && !attempt.isClosed) {
      close(attempt, true);
      feed(
          attempt.open,
          new InvocationInput.AttemptFailed(
              attempt.number, attempt.isSent, "the connection broke", stage.now()));
    }
  }

  private void close(Attempt attempt, boolean hasFailed) {
    attempt.isClosed = true;
    if (hasFailed) {
      attempt.open.failed.add(attempt.instance);
    }
    loads.end(attempt.instance, hasFailed, stage.now());
  }

  void onAnswer(long number, Bytes bytes) {
    @Nullable Attempt attempt = attempts.get(number);
    if (attempt == null) {
      stage.count(RpcCount.LATE);
      return;
    }
    InvokeAnswer answer = decode(bytes);
    if (!attempt.isClosed) {
      close(attempt, answer instanceof InvokeAnswer.NotRun);
    }
    if (answer instanceof InvokeAnswer.NotRun(var reason, _)) {
      attempt.open.isFree |= reason != InvokeAnswer.NotRun.Reason.BUSY;
    } else if (!attempt.open.core.hasEnded()) {
      succeeded++;
    }
    feed(attempt.open, new InvocationInput.Answered(attempt.number, answer, stage.now()));
  }

  private void cancel(Open made, int number) {
    attempts.forEach((wire, attempt) -> {
      if (attempt.open == made && attempt.number == number && !attempt.isClosed) {
        close(attempt, true);
        if (attempt.isSent) {
          Link link = attempt.link;
          link.toHost("cancel", () -> link.host.onCancel(link, wire, made.key));
        }
      }
    });
  }

  private void ended(Open made, InvocationOutcome outcome) {
    stage.tell(this, made.call);
    requests.end(made.key);
    open.remove(made.call.number);
    for (Long number : List.copyOf(attempts.keySet())) {
      @Nullable Attempt attempt = attempts.get(number);
      if (attempt != null && attempt.open == made && attempt.isClosed) {
        attempts.remove(number);
      }
    }
    ledger.ends(made.call, outcome);
    served += made.call.isSettled ? 1 : 0;
  }

  /** Calls that should have ended; a machine that stood still gets some time. */
  void requireInTime() {
    if (runsSince(GRACE_MICROS)) {
      for (Open each : open.values()) {
        long late = stage.now().nanosSince(each.call.deadline) / 1000;
        if (late > GRACE_MICROS) {
          throw new Violation("EndsByDeadline", each.call + " is open " + late + " us after it");
        }
      }
    }
  }

  /** What is left when all has settled. */
  void requireClean() {
    int left = requests.open() + open.size() + attempts.size() + loads.outstanding();
    if (left > 0) {
      throw new Violation(
          "NothingLeft",
          this
              + " has "
              + requests.open()
              + " open requests, "
              + open.size()
              + " calls, "
              + attempts.size()
              + " attempts, "
              + loads.outstanding()
              + " outstanding");
    }
  }

  private static InvokeAnswer decode(Bytes bytes) {
    try {
      return InvokeAnswer.decode(bytes);
    } catch (MalformedException e) {
      throw new IllegalStateException(e);
    }
  }
}
