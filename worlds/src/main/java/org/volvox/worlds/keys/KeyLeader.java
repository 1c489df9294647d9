package org.volvox.worlds.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.base.MonoTime;
import org.volvox.base.syscall.KeyCall;
import org.volvox.kernel.keys.KeySpaces;
import org.volvox.kernel.keys.LeaseTimers;

/** A leader in its term, as far as leases are its duty. */
final class KeyLeader {
  private static final int AT_ONCE = 100;
  private static final MonoTime EVER = new MonoTime(Long.MAX_VALUE / 2);

  private final int term;
  private final int wallOffsetMillis;
  private final KeysRules rules;
  private final LeaseTimers timers = new LeaseTimers();

  /** When leases end by the wall time of the entries that renewed them. */
  private final Map<Long, Long> endsByWall = new TreeMap<>();

  KeyLeader(int term, int wallOffsetMillis, KeysRules rules) {
    this.term = term;
    this.wallOffsetMillis = wallOffsetMillis;
    this.rules = rules;
  }

  int term() {
    return term;
  }

  long wallMillis(int nowMicros) {
    return nowMicros / 1000L + wallOffsetMillis;
  }

  /** What it asks for in a turn. */
  List<KeyCall> turn(KeyReplica state, List<KeyReplica.Entry> log, int nowMicros) {
    MonoTime now = new MonoTime(nowMicros * 1000L);
    List<LeaseTimers.News> news =
        state.read(reader -> KeySpaces.leases(timers.learnt(), AT_ONCE, reader));
    for (LeaseTimers.News each : news) {
      long renewed = log.get((int) each.index() - 1).stamp().wall().millis();
      endsByWall.put(each.lease(), renewed + each.remainingMillis());
    }
    timers.learn(news, now);
    List<KeyCall.Expire> due =
        rules.timesByMonotonicClock()
            ? timers.due(now, AT_ONCE)
            : dueByWall(Math.max(wallMillis(nowMicros), state.wallMillis()));
    due.forEach(each -> timers.forget(each.lease()));
    List<KeyCall> calls = new ArrayList<>(due);
    List<KeyCall.Checkpoint.Left> left = timers.checkpoints(now, AT_ONCE);
    if (rules.checkpoints() && !left.isEmpty()) {
      calls.add(new KeyCall.Checkpoint(left));
    }
    return calls;
  }

  private List<KeyCall.Expire> dueByWall(long wallMillis) {
    return timers.due(EVER, AT_ONCE).stream()
        .filter(each -> endsByWall.getOrDefault(each.lease(), Long.MAX_VALUE) <= wallMillis)
        .toList();
  }
}
