package org.volvox.worlds.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.clock.LamportTime;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.Consistency;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyAsk;
import org.volvox.base.syscall.KeyCall;
import org.volvox.base.syscall.KeyLease;
import org.volvox.base.syscall.KeyOutcome;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SpaceRow;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.sim.Digest;
import org.volvox.sim.EventQueue;
import org.volvox.sim.Trace;
import org.volvox.worlds.seed.Campaign;
import org.volvox.worlds.seed.Outcome;
import org.volvox.worlds.seed.Tally;
import org.volvox.worlds.seed.Violation;

/**
 * Runs one seed: clients take a lock in turn and write under it, others watch at replicas that lag,
 * while leaders change; then all is calm, and every lease ends and every watch is told the rest.
 * Never throws for what it finds.
 */
public final class KeysWorld implements LockClient.World, WatchClient.World {
  private static final int TROUBLE_MICROS = 60_000_000;
  private static final int CALM_MICROS = 60_000_000;
  private static final int TICK_MICROS = 200_000;
  private static final int RETRY_MICROS = 700_000;
  private static final String USER = "user:a";

  private final Prng prng;
  private final KeysRules rules;
  private final Trace trace;
  private final EventQueue<Event> queue = new EventQueue<>();
  private final Digest digest = new Digest();
  private final Tally<KeysCount> tally = new Tally<>(List.of(KeysCount.values()));
  private final List<KeyReplica.Entry> log = new ArrayList<>();
  private final List<KeyReplica> replicas = new ArrayList<>();
  private final List<Integer> wallOffsetsMillis = new ArrayList<>();
  private final List<LockClient> lockers = new ArrayList<>();
  private final List<WatchClient> watchers = new ArrayList<>();
  private final Map<Integer, Asked> asked = new TreeMap<>();
  private final Map<SessionId, Long> applied = new TreeMap<>();
  private final LeaseWatch leases = new LeaseWatch();
  private final long space;
  private final KeyTruth truth;
  private final int delayMicros;
  private Optional<KeyLeader> leader = Optional.empty();
  private int terms;
  private long writerSeq;
  private long lastToken;
  private long goneMicros;

  /** A request of a client's, which it repeats until it has the answer. */
  private record Asked(long seq, KeyCall call, long sinceMicros) {}

  private sealed interface Event {
    record Act(LockClient client) implements Event {}

    record Arrive(LockClient client, long seq) implements Event {}

    record Answer(LockClient client, long seq, Result result) implements Event {}

    record Retry(LockClient client, long seq) implements Event {}

    record Watch(WatchClient client) implements Event {}

    record Write() implements Event {}

    record OldRead() implements Event {}

    record Apply(KeyReplica replica) implements Event {}

    record Lead(int term) implements Event {}

    record Fall() implements Event {}

    record Rise() implements Event {}
  }

  private KeysWorld(int seed, KeysRules rules, Trace trace) {
    this.trace = trace;
    this.rules = rules;
    prng = new Prng(seed);
    int size = prng.between(2, 4);
    for (int i = 0; i <= size; i++) {
      replicas.add(new KeyReplica()); // The first applies at once, for the oracles.
      wallOffsetsMillis.add(prng.below(3) == 0 ? prng.between(-8_000, 8_000) : 0);
    }
    delayMicros = prng.between(2_000, 400_000);
    int clients = prng.between(2, 4);
    space = clients + 2L; // Behind the sessions.
    truth = new KeyTruth(space);
    rise();
    for (int i = 0; i <= clients; i++) {
      var _ = append(SessionId.NONE, 0, new SessionCall.Register(24L * 3600 * 1000, "client"));
    }
    SpaceRow.Bounds bounds = new SpaceRow.Bounds(1 << 20, prng.between(10, 300));
    writerSeq = 1;
    var _ =
        append(
            new SessionId(1),
            writerSeq,
            new KeyCall.CreateSpace("keys", Consistency.CONSISTENT, bounds));
    for (int i = 0; i < clients; i++) {
      lockers.add(new LockClient(i + 2, space, prng.fork(), rules));
    }
    for (int i = prng.between(1, 3); i > 0; i--) {
      watchers.add(new WatchClient(this, space, prng.fork()));
    }
  }

  public static Outcome<KeysCount> run(int seed, KeysRules rules) {
    return run(seed, rules, Integer.MAX_VALUE, Trace.off());
  }

  /** Runs at most {@code until} steps; the trace gets a line for each and for what came of it. */
  public static Outcome<KeysCount> run(int seed, KeysRules rules, int until, Trace trace) {
    KeysWorld world = new KeysWorld(seed, rules, trace);
    Optional<Outcome.Failure> failure = Optional.empty();
    try {
      world.run(until);
    } catch (Violation violation) {
      String mutant = rules instanceof KeysMutant broken ? broken.id() : "";
      failure = Optional.of(violation.failure("keys", seed, mutant));
    }
    world.digest.mix(world.tally.toString());
    long steps = world.tally.get(KeysCount.EVENTS);
    int micros = world.queue.nowMicros();
    return new Outcome<>(seed, steps, world.tally, micros, world.digest.hex(), failure);
  }

  /** Many seeds by all rules, with what must happen in them. */
  public static Campaign<KeysCount> campaign() {
    return new Campaign<>(
        seed -> run(seed, KeysRules.PAPER),
        new Tally<>(List.of(KeysCount.values())),
        List.of(
            new Campaign.Floor<>(KeysCount.COMMANDS, 100, 1),
            new Campaign.Floor<>(KeysCount.LEADERS, 4, 1),
            new Campaign.Floor<>(KeysCount.EXPIRED, 1, 1),
            new Campaign.Floor<>(KeysCount.CHECKPOINTS, 1, 1),
            new Campaign.Floor<>(KeysCount.HELD, 2, 1),
            new Campaign.Floor<>(KeysCount.FENCED, 2, 1),
            new Campaign.Floor<>(KeysCount.REFUSED, 1, 20),
            new Campaign.Floor<>(KeysCount.TOLD, 50, 1),
            new Campaign.Floor<>(KeysCount.RESUMED, 10, 1),
            new Campaign.Floor<>(KeysCount.COMPACTED, 1, 10),
            new Campaign.Floor<>(KeysCount.OLD_READS, 10, 1)));
  }

  private void run(int until) {
    lockers.forEach(client -> later(TICK_MICROS, new Event.Act(client)));
    watchers.forEach(client -> later(TICK_MICROS, new Event.Watch(client)));
    replicas.stream().skip(1).forEach(each -> later(delayMicros, new Event.Apply(each)));
    later(TICK_MICROS, new Event.Write());
    later(TICK_MICROS, new Event.OldRead());
    later(8_000_000, new Event.Fall());
    while (tally.get(KeysCount.EVENTS) < until
        && queue.nowMicros() < TROUBLE_MICROS + CALM_MICROS) {
      dispatch(queue.next());
    }
    if (queue.nowMicros() >= TROUBLE_MICROS + CALM_MICROS) {
      end();
    }
  }

  private void end() {
    if (!leases.isEmpty()) {
      throw new Violation("LeaseEnds", "leases of those who ended long ago live on");
    }
    for (KeyReplica replica : replicas) {
      catchUp(replica);
    }
    for (WatchClient watcher : watchers) {
      watcher.finish();
    }
  }

  private boolean isCalm() {
    return queue.nowMicros() >= TROUBLE_MICROS;
  }

  private void dispatch(Event event) {
    tally.count(KeysCount.EVENTS);
    digest.mix(queue.nowMicros());
    tell("*", event);
    switch (event) {
      case Event.Act(var client) -> act(client);
      case Event.Arrive(var client, var seq) -> arrive(client, seq);
      case Event.Answer(var client, var seq, var result) -> answer(client, seq, result);
      case Event.Retry(var client, var seq) -> send(client, seq);
      case Event.Watch(var client) -> {
        client.act();
        later(2 * TICK_MICROS, event);
      }
      case Event.Write() -> write();
      case Event.OldRead() -> oldRead();
      case Event.Apply(var replica) -> {
        if (replica.applied() < log.size()) {
          var _ = replica.apply(log.get(replica.applied()));
        }
        later(prng.below(50) == 0 ? 3_000_000 : delayMicros, event);
      }
      case Event.Lead(var term) -> lead(term);
      case Event.Fall() -> fall();
      case Event.Rise() -> rise();
    }
  }

  private void tell(String who, Object what) {
    if (trace.isOn()) {
      trace.add((int) tally.get(KeysCount.EVENTS), queue.nowMicros(), who, String.valueOf(what));
    }
  }

  private void later(int atMost, Event event) {
    queue.schedule(queue.nowMicros() + prng.between(1, Math.max(1, atMost)), event);
  }

  private void act(LockClient client) {
    if (isCalm()) {
      return; // Its program has ended; nobody renews what it holds.
    }
    client
        .next(queue.nowMicros())
        .ifPresent(call -> {
          long seq = Optional.ofNullable(asked.get(client.number())).map(Asked::seq).orElse(0L) + 1;
          asked.put(client.number(), new Asked(seq, call, queue.nowMicros()));
          if (prng.below(15) == 0) {
            later(12_000_000, new Event.Retry(client, seq)); // It stood still before it sent.
          } else {
            send(client, seq);
          }
        });
    // Now and then it stands still for longer than its lease.
    later(prng.below(30) == 0 ? 12_000_000 : 300_000, new Event.Act(client));
  }

  private boolean isOpen(LockClient client, long seq) {
    boolean isLast =
        Optional.ofNullable(asked.get(client.number())).filter(of -> of.seq() == seq).isPresent();
    return isLast && client.waitsFor() != LockClient.Wait.NOTHING;
  }

  private void send(LockClient client, long seq) {
    if (!isOpen(client, seq)) {
      return;
    }
    if (prng.below(10) > 0) {
      boolean isSlow = prng.below(20) == 0;
      later(isSlow ? 8_000_000 : 60_000, new Event.Arrive(client, seq));
    }
    queue.schedule(queue.nowMicros() + RETRY_MICROS, new Event.Retry(client, seq));
  }

  /** What was sent arrives, also when its sender has its answer by another attempt. */
  private void arrive(LockClient client, long seq) {
    Asked request = Optional.ofNullable(asked.get(client.number())).orElseThrow();
    if (leader.isEmpty() || request.seq() != seq) {
      return;
    }
    Result result = append(new SessionId(client.number()), seq, request.call());
    if (prng.below(10) > 0) {
      later(60_000, new Event.Answer(client, seq, result));
    }
  }

  private void answer(LockClient client, long seq, Result result) {
    if (isOpen(client, seq)) {
      tell("client " + client.number(), result.status());
      client.answer(result, queue.nowMicros(), this);
    }
  }

  @Override
  public void holds(LockClient client) {
    count(KeysCount.HELD);
    for (LockClient other : lockers) {
      if (other != client && other.believes(queue.nowMicros())) {
        throw new Violation(
            "MutualExclusion",
            "clients "
                + client.number()
                + " and "
                + other.number()
                + " hold the lock by "
                + client.token()
                + " and "
                + other.token());
      }
    }
  }

  /** Appends a command; the first replica applies it, and the oracles look. */
  private Result append(SessionId session, long seq, Call call) {
    long wallMillis = leader.orElseThrow().wallMillis(queue.nowMicros());
    long stateMillis = replicas.getFirst().wallMillis();
    Stamp stamp =
        new Stamp(new WallTime(Math.max(wallMillis, stateMillis)), new LamportTime(log.size() + 1));
    boolean isNodes = session.equals(SessionId.NONE) && Call.isForNodes(call.type());
    String principal = isNodes ? Principals.node(new NodeId(1)) : USER;
    Command command = new Command(0, session, seq, seq, principal, call.type(), call.body());
    KeyReplica.Entry entry = new KeyReplica.Entry(stamp, command);
    log.add(entry);
    boolean isFirst = isNodes || seq > Optional.ofNullable(applied.put(session, seq)).orElse(0L);
    Result result = replicas.getFirst().apply(entry);
    count(KeysCount.COMMANDS);
    if (log.size() > space) {
      truth.look(replicas.getFirst());
      if (isFirst && result.isOk() && call instanceof KeyCall done) {
        done(done, result);
      }
    }
    return result;
  }

  private void done(KeyCall call, Result result) {
    try {
      switch (call) {
        case KeyCall.Grant _, KeyCall.Renew _ ->
            leases.renewed(KeyLease.decode(result.body()), since(call), queue.nowMicros());
        case KeyCall.Revoke(var lease) -> leases.revoked(lease);
        case KeyCall.Expire(var lease, _) -> {
          count(KeysCount.EXPIRED);
          leases.expired(lease, queue.nowMicros());
        }
        case KeyCall.Checkpoint _ -> count(KeysCount.CHECKPOINTS);
        case KeyCall.Transact transact -> {
          if (KeyOutcome.decode(result.body()).succeeded()) {
            transact.thenDo().forEach(this::written);
          }
        }
        case KeyCall.CreateSpace _, KeyCall.RemoveSpace _, KeyCall.Compact _, KeyCall.Tidy _ -> {}
      }
    } catch (MalformedException e) {
      throw Invariant.broken("an answer: " + e.getMessage());
    }
  }

  private long since(KeyCall call) {
    return asked.values().stream()
        .filter(each -> each.call().equals(call))
        .mapToLong(Asked::sinceMicros)
        .max()
        .orElseThrow();
  }

  private void written(KeyAct act) {
    if (act instanceof KeyAct.Put(var key, var value, _, _) && key.equals(LockClient.DATA)) {
      long token = Long.parseLong(value.utf8());
      if (token < lastToken) {
        throw new Violation(
            "Fence", "a write by token " + token + " behind one by token " + lastToken);
      }
      lastToken = token;
    }
  }

  private void write() {
    if (isCalm()) {
      return;
    }
    if (leader.isPresent()) {
      writerSeq++;
      Result result = append(new SessionId(1), writerSeq, change());
      if (!result.isOk()) {
        throw new Violation("Refused", result.status() + " " + result.text());
      }
    }
    later(TICK_MICROS, new Event.Write());
  }

  private KeyCall change() {
    String group = "k" + prng.below(3);
    Bytes key = Bytes.utf8(group + prng.below(4));
    Bytes value = Bytes.utf8("v" + prng.below(1000));
    return switch (prng.below(8)) {
      case 0 ->
          KeyCall.Transact.of(
              space, List.of(new KeyAct.Delete(KeyRange.prefix(Bytes.utf8(group)), false)));
      case 1, 2 ->
          KeyCall.Transact.of(
              space,
              List.of(
                  new KeyAct.Put(key, value, 0, false),
                  new KeyAct.Put(Bytes.utf8(group + "x"), value, 0, false),
                  new KeyAct.Delete(KeyRange.one(Bytes.utf8(group + "y")), false)));
      case 3 ->
          truth.revision() - compacted() > 1
              ? new KeyCall.Compact(
                  space, compacted() + 1 + prng.below((int) (truth.revision() - compacted())))
              : new KeyCall.Transact(space, List.of(), List.of(), List.of());
      default -> KeyCall.Transact.of(space, List.of(new KeyAct.Put(key, value, 0, false)));
    };
  }

  private long compacted() {
    return usage(replicas.getFirst()).compacted();
  }

  private SpaceRow.Usage usage(KeyReplica replica) {
    return replica
        .read(state -> KeySpaces.space(space, state))
        .map(SpaceRow::usage)
        .orElse(SpaceRow.Usage.NONE);
  }

  private void oldRead() {
    KeyReplica replica = anyReplica();
    if (replica.applied() > space) {
      SpaceRow.Usage usage = usage(replica);
      long revision = 1L + prng.below((int) truth.revision() + 1);
      Result answer = replica.ask(new KeyAsk.Range(space, KeyRange.ALL, revision, 0, true));
      truth.checkOldRead(revision, answer, usage.compacted(), usage.revision());
      count(KeysCount.OLD_READS);
    }
    later(TICK_MICROS, new Event.OldRead());
  }

  private void catchUp(KeyReplica replica) {
    while (replica.applied() < log.size()) {
      var _ = replica.apply(log.get(replica.applied()));
    }
  }

  private void fall() {
    if (isCalm()) {
      return;
    }
    leader = Optional.empty();
    goneMicros = queue.nowMicros();
    later(2_000_000, new Event.Rise());
  }

  private void rise() {
    terms++;
    count(KeysCount.LEADERS);
    leases.elected(queue.nowMicros() - goneMicros);
    int offset = wallOffsetsMillis.get(prng.below(replicas.size()));
    leader = Optional.of(new KeyLeader(terms, offset, rules));
    later(TICK_MICROS, new Event.Lead(terms));
    later(8_000_000, new Event.Fall());
  }

  private void lead(int term) {
    if (leader.isEmpty() || leader.get().term() != term) {
      return;
    }
    for (KeyCall call : leader.get().turn(replicas.getFirst(), log, queue.nowMicros())) {
      var _ = append(SessionId.NONE, 0, call);
    }
    leases.check(queue.nowMicros());
    later(TICK_MICROS, new Event.Lead(term));
  }

  @Override
  public KeyReplica anyReplica() {
    return replicas.get(1 + prng.below(replicas.size() - 1));
  }

  @Override
  public KeyTruth truth() {
    return truth;
  }

  @Override
  public KeysRules rules() {
    return rules;
  }

  @Override
  public void count(KeysCount what) {
    tally.count(what);
  }
}
