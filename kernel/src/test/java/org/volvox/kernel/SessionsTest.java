package org.volvox.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.machine.Applied;
import org.volvox.base.machine.Command;
import org.volvox.base.machine.Part;
import org.volvox.base.machine.Stamp;
import org.volvox.base.syscall.Call;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.ProcessCall;
import org.volvox.base.syscall.ProcessSpec;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.SessionAsk;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.SessionPage;
import org.volvox.base.syscall.SessionRow;
import org.volvox.base.syscall.Status;

class SessionsTest {
  private static final Term TERM = new Term(2);
  private final Echo echo = new Echo();
  private final Computer computer = new Computer(echo);

  /** A part that answers with how often it was applied, and remembers the ends of sessions. */
  private static final class Echo implements Part {
    int applied;
    final List<Long> walls = new ArrayList<>();
    final List<SessionId> ended = new ArrayList<>();

    @Override
    public int range() {
      return FileCall.RANGE;
    }

    @Override
    public Bytes apply(LogIndex index, Stamp stamp, Command command, OrderedStore.Batch batch) {
      applied++;
      walls.add(stamp.wall().millis());
      batch.put(Bytes.utf8("F"), Bytes.utf8("" + applied));
      return Result.ok(Bytes.utf8("" + applied)).encode();
    }

    @Override
    public Bytes query(int type, Bytes request, OrderedStore.Reader state) {
      return Result.ok(Bytes.utf8("q")).encode();
    }

    @Override
    public void sessionEnded(SessionId session, Stamp stamp, OrderedStore.Batch batch) {
      ended.add(session);
    }
  }

  private static Call work() {
    return new FileCall.Mkdir("/a", false);
  }

  private SessionRow row(SessionId session) {
    Result result = computer.ask(new SessionAsk.All(new SessionId(session.value() - 1), 1));
    return Computer.must(() -> SessionPage.decode(result.body())).rows().getFirst();
  }

  @Test
  void aSessionIsNamedByTheIndexOfItsRegistration() {
    computer.callAsNode(new SessionCall.Lead(TERM, Computer.N1));
    assertThat(computer.register()).isEqualTo(new SessionId(2));
    assertThat(row(new SessionId(2)))
        .isEqualTo(new SessionRow(new SessionId(2), "test", Computer.USER, 3000, 0, 3000));
  }

  @Test
  void aRepeatedRequestGetsTheFirstResultAndIsNotDoneAgain() {
    SessionId session = computer.register();
    Result first = computer.call(session, 1, work());
    computer.call(session, 2, work());
    assertThat(computer.call(session, 1, work())).isEqualTo(first);
    assertThat(echo.applied).isEqualTo(2);
  }

  @Test
  void aSessionServesNobodyButThePrincipalWhoRegisteredIt() {
    SessionId session = computer.register();
    computer.call(session, 1, work());
    SessionRow before = row(session);
    List<String> state = Computer.stream(computer.store);
    for (String stranger : List.of(Principals.user("b"), Computer.NODE)) {
      for (long seq : new long[] {1, 2}) {
        Command command = Computer.command(session, seq, 2, stranger, work());
        Result refused = Computer.result(computer.commit(command).result());
        assertThat(refused.status()).isEqualTo(Status.NOT_PERMITTED);
        assertThat(refused.text()).isEqualTo("session " + session + " is not " + stranger + "'s");
      }
      Command close = Computer.command(session, 3, 0, stranger, new SessionCall.Close());
      assertThat(Computer.result(computer.commit(close).result()).status())
          .isEqualTo(Status.NOT_PERMITTED);
    }
    assertThat(row(session)).isEqualTo(before);
    assertThat(Computer.stream(computer.store)).isEqualTo(state);
    assertThat(echo.applied).isEqualTo(1);
    assertThat(computer.call(session, 2, work()).isOk()).isTrue();
  }

  @Test
  void requestsOfASessionMayArriveInAnyOrder() {
    SessionId session = computer.register();
    Result second = computer.call(session, 2, 1, work());
    Result first = computer.call(session, 1, 1, work());
    assertThat(computer.call(session, 2, 1, work())).isEqualTo(second);
    assertThat(computer.call(session, 1, 1, work())).isEqualTo(first);
    assertThat(echo.applied).isEqualTo(2);
  }

  @Test
  void acknowledgedResultsAreForgottenAndTheirRequestsRefused() {
    SessionId session = computer.register();
    computer.call(session, 1, work());
    computer.call(session, 2, work());
    computer.call(session, 3, 3, work());
    assertThat(computer.call(session, 2, 3, work()).status()).isEqualTo(Status.FORGOTTEN);
    assertThat(computer.call(session, 0, 3, work()).status()).isEqualTo(Status.INVALID);
    assertThat(echo.applied).isEqualTo(3);
  }

  @Test
  void aRequestCannotAcknowledgeItself() {
    SessionId session = computer.register();
    Result first = computer.call(session, 1, 100, work());
    assertThat(computer.call(session, 1, 100, work())).isEqualTo(first);
    assertThat(echo.applied).isEqualTo(1);
  }

  @Test
  void keepsNoMoreResultsThanTheBound() {
    SessionId session = computer.register();
    for (int seq = 1; seq <= KernelLimits.RESULTS_MAX; seq++) {
      computer.call(session, seq, work());
    }
    Result full = computer.call(session, KernelLimits.RESULTS_MAX + 1, work());
    assertThat(full.status()).isEqualTo(Status.BUSY);
    assertThat(echo.applied).isEqualTo(KernelLimits.RESULTS_MAX);
    assertThat(computer.call(session, KernelLimits.RESULTS_MAX + 1, 2, work()).isOk()).isTrue();
  }

  @Test
  void readsTheSessionRowsOfOlderVersions() throws IOException {
    SessionState first = sessionOf("state-1.golden");
    assertThat(first.label()).isEqualTo("test");
    assertThat(first.highest()).isEqualTo(first.lowest() + KernelLimits.RESULTS_MAX);
    assertThat(first.ring()).isZero();
    assertThat(SessionState.decode(first.encode())).isEqualTo(first);
    SessionState second = sessionOf("state-2.golden");
    assertThat(second.label()).isEqualTo("test");
    assertThat(second.highest()).isEqualTo(4);
    assertThat(second.ring()).isZero();
    assertThat(SessionState.decode(second.encode())).isEqualTo(second);
  }

  private static SessionState sessionOf(String golden) throws IOException {
    try (InputStream rows = SessionsTest.class.getResourceAsStream(golden)) {
      assertThat(rows).isNotNull();
      return new String(rows.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("005373"))
          .map(line -> Bytes.wrap(HexFormat.of().parseHex(line.split("=", 2)[1])))
          .map(SessionState::decode)
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void unknownAndClosedSessionsAreRefused() {
    assertThat(computer.call(new SessionId(99), 1, work()).status())
        .isEqualTo(Status.SESSION_EXPIRED);
    assertThat(computer.call(SessionId.NONE, 1, work()).status()).isEqualTo(Status.SESSION_EXPIRED);
    SessionId session = computer.register();
    computer.call(session, 1, work());
    assertThat(computer.call(session, 2, new SessionCall.Close()).isOk()).isTrue();
    assertThat(computer.call(session, 3, work()).status()).isEqualTo(Status.SESSION_EXPIRED);
    assertThat(computer.call(session, 1, work()).status()).isEqualTo(Status.SESSION_EXPIRED);
    assertThat(echo.ended).containsExactly(session);
    assertThat(echo.applied).isEqualTo(1);
  }

  @Test
  void onlyTheCommandsOwnSessionIsClosed() {
    assertThat(computer.callAsNode(new SessionCall.Close()).status()).isEqualTo(Status.INVALID);
  }

  @Test
  void everyCommandRenewsItsSession() {
    SessionId session = computer.register();
    computer.wallMillis += 1000;
    computer.callAsNode(work());
    assertThat(row(session).remainingMillis()).isEqualTo(2000);
    computer.call(session, 1, new SessionCall.KeepAlive());
    assertThat(row(session).remainingMillis()).isEqualTo(3000);
    assertThat(row(session).renewal()).isEqualTo(1);
    computer.wallMillis += 100_000;
    computer.callAsNode(work());
    assertThat(row(session).remainingMillis()).isZero();
  }

  @Test
  void anExpiryCountsOnlyIfNothingHasChangedSince() {
    SessionId session = computer.register();
    computer.callAsNode(new SessionCall.Lead(TERM, Computer.N1));
    computer.call(session, 1, work());
    assertThat(expire(session, 0, TERM)).isEqualTo(Status.STALE);
    assertThat(expire(session, 1, new Term(1))).isEqualTo(Status.STALE);
    assertThat(expire(new SessionId(77), 1, TERM)).isEqualTo(Status.NOT_FOUND);
    assertThat(expire(session, 1, TERM)).isEqualTo(Status.OK);
    assertThat(echo.ended).containsExactly(session);
    assertThat(computer.call(session, 2, work()).status()).isEqualTo(Status.SESSION_EXPIRED);
  }

  private Status expire(SessionId session, long renewal, Term term) {
    return computer.callAsNode(new SessionCall.Expire(session, renewal, term)).status();
  }

  @Test
  void anOlderLeaderIsStale() {
    assertThat(computer.callAsNode(new SessionCall.Lead(TERM, Computer.N1)).isOk()).isTrue();
    assertThat(computer.callAsNode(new SessionCall.Lead(new Term(1), Computer.N2)).status())
        .isEqualTo(Status.STALE);
  }

  @Test
  void whatOnlyNodesMayDoIsRefusedToUsers() {
    SessionId session = computer.register();
    assertThat(computer.call(session, 1, new SessionCall.Lead(TERM, Computer.N1)).status())
        .isEqualTo(Status.NOT_PERMITTED);
    assertThat(computer.call(session, 2, new ProcessCall.NodeLost(Computer.N1, 1, "no")).status())
        .isEqualTo(Status.NOT_PERMITTED);
  }

  @Test
  void wallTimeNeverGoesBack() {
    computer.callAsNode(work());
    computer.wallMillis -= 500;
    computer.callAsNode(work());
    computer.wallMillis += 700;
    computer.callAsNode(work());
    assertThat(echo.walls).containsExactly(1_000_000L, 1_000_000L, 1_000_200L);
  }

  @Test
  void timesToLiveAreBounded() {
    computer.call(SessionId.NONE, 0, new SessionCall.Register(0, ""));
    computer.call(SessionId.NONE, 0, new SessionCall.Register(Long.MAX_VALUE, ""));
    assertThat(row(new SessionId(1)).ttlMillis()).isEqualTo(KernelLimits.TTL_MILLIS_MIN);
    assertThat(row(new SessionId(2)).ttlMillis()).isEqualTo(KernelLimits.TTL_MILLIS_MAX);
    Call tooLong = new SessionCall.Register(1, "x".repeat(1000));
    assertThat(computer.call(SessionId.NONE, 0, tooLong).status()).isEqualTo(Status.TOO_LARGE);
  }

  @Test
  void sessionsAreListedInPages() {
    for (int i = 0; i < 3; i++) {
      computer.register();
    }
    Result result = computer.ask(new SessionAsk.All(SessionId.NONE, 2));
    SessionPage page = Computer.must(() -> SessionPage.decode(result.body()));
    assertThat(page.rows())
        .extracting(SessionRow::session)
        .containsExactly(new SessionId(1), new SessionId(2));
    assertThat(page.more()).isTrue();
    Result rest = computer.ask(new SessionAsk.All(new SessionId(2), 0));
    page = Computer.must(() -> SessionPage.decode(rest.body()));
    assertThat(page.rows()).hasSize(1);
    assertThat(page.more()).isFalse();
  }

  @Test
  void tellsWhichKeysChanged() {
    SessionId session = computer.register();
    Applied applied = computer.commit(Computer.command(session, 1, 0, Computer.USER, work()));
    assertThat(applied.changed())
        .contains(Bytes.utf8("F"), KernelKeys.key('S', 's', 1), KernelKeys.key('S', 'k', 1, 0));
  }

  @Test
  void unknownTypesAndBrokenBodiesAreRefused() {
    SessionId session = computer.register();
    assertThat(raw(session, 1, 0x0900, Bytes.EMPTY)).isEqualTo(Status.UNSUPPORTED);
    assertThat(raw(session, 2, 0x0101, Bytes.EMPTY)).isEqualTo(Status.MALFORMED);
    assertThat(raw(session, 3, 0x0201, Bytes.EMPTY)).isEqualTo(Status.MALFORMED);
    assertThat(query(0x0900)).isEqualTo(Status.UNSUPPORTED);
    assertThat(query(SessionAsk.All.TYPE)).isEqualTo(Status.MALFORMED);
    assertThat(query(0x0281)).isEqualTo(Status.MALFORMED);
    assertThat(computer.ask(new FileAsk.Placement()).body()).isEqualTo(Bytes.utf8("q"));
  }

  private Status raw(SessionId session, long seq, int type, Bytes body) {
    Command command = new Command(0, session, seq, 0, Computer.USER, type, body);
    return Computer.result(computer.commit(command).result()).status();
  }

  private Status query(int type) {
    try (OrderedStore.Snapshot snapshot = computer.store.snapshot()) {
      return Computer.result(computer.machine.query(type, Bytes.EMPTY, snapshot)).status();
    }
  }

  @Test
  void twoPartsOfOneRangeAreABug() {
    assertThatThrownBy(() -> new Computer(new Echo(), new Echo()))
        .isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> new RootMachine(List.of(new Processes())))
        .isInstanceOf(Invariant.Broken.class);
  }

  @Test
  void rowsThatCannotBeReadStopTheNode() {
    computer.register();
    try (OrderedStore.Batch batch = computer.store.batch()) {
      batch.put(KernelKeys.key('S', 's', 1), Bytes.wrap(new byte[] {1}));
      batch.put(KernelKeys.table('S', 'n'), Bytes.EMPTY);
      batch.put(KernelKeys.table('P', 'c'), Bytes.wrap(new byte[] {1}));
      batch.put(KernelKeys.key('P', 'r', 1), Bytes.EMPTY);
      batch.commit();
    }
    assertThatThrownBy(() -> row(new SessionId(1))).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(computer::register).isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(() -> computer.callAsNode(new ProcessCall.Spawn(ProcessSpec.of("a"))))
        .isInstanceOf(Invariant.Broken.class);
    assertThatThrownBy(
            () -> computer.callAsNode(new ProcessCall.Kill(new org.volvox.base.Pid(1), 9)))
        .isInstanceOf(Invariant.Broken.class);
    try (OrderedStore.Batch batch = computer.store.batch()) {
      batch.put(KernelKeys.table('S', 'c'), Bytes.wrap(new byte[] {1}));
      batch.commit();
    }
    assertThatThrownBy(() -> computer.callAsNode(work())).isInstanceOf(Invariant.Broken.class);
  }
}
