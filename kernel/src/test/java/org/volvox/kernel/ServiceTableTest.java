package org.volvox.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;
import org.volvox.base.SessionId;
import org.volvox.base.machine.Applied;
import org.volvox.base.machine.Command;
import org.volvox.base.syscall.Principals;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.ServiceAsk;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceLimits;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServicePage;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.base.syscall.SessionCall;
import org.volvox.base.syscall.Status;

class ServiceTableTest {
  private static final ServiceName CALC = ServiceName.of("CalcService");
  private static final ServiceName MATH = ServiceName.of("math/CalcService");
  private static final String HERE = "pid 4711 on n1";

  private final Computer computer = new Computer(new ServiceTable());
  private final SessionId session = computer.register();
  private long seq;

  private static InstanceId instance(long low) {
    return new InstanceId(7, low);
  }

  private static ServiceCall.Bind bind(ServiceName name, long low) {
    return new ServiceCall.Bind(name, instance(low), "Calc", 5, List.of("tls:h:1"), HERE);
  }

  private static ServiceCall.Bind with(List<String> endpoints, String interfaceName, String where) {
    return new ServiceCall.Bind(CALC, instance(1), interfaceName, 5, endpoints, where);
  }

  private Result call(ServiceCall call) {
    return call(session, call);
  }

  private Result call(SessionId in, ServiceCall call) {
    seq++;
    return computer.call(in, seq, seq, call);
  }

  private ServicePage ask(ServiceAsk ask) {
    return Computer.must(() -> ServicePage.decode(computer.ask(ask).body()));
  }

  private List<ServiceRow> of(ServiceName name) {
    return ask(new ServiceAsk.Of(name)).rows();
  }

  private List<ServiceRow> all() {
    return ask(new ServiceAsk.All("", Optional.empty(), 100)).rows();
  }

  private long version() {
    try (OrderedStore.Snapshot snapshot = computer.store.snapshot()) {
      return ServiceTable.version(snapshot);
    }
  }

  @Test
  void whatIsBoundIsFoundByNameUntilItIsUnbound() {
    assertThat(of(CALC)).isEmpty();
    Result bound = call(bind(CALC, 1));
    ServiceRow row = Computer.must(() -> ServiceRow.decode(bound.body()));
    assertThat(row)
        .isEqualTo(
            new ServiceRow(
                CALC,
                instance(1),
                session,
                Computer.USER,
                "Calc",
                5,
                List.of("tls:h:1"),
                true,
                "",
                computer.wallMillis,
                HERE));
    call(bind(MATH, 2));
    call(bind(CALC, 3));
    assertThat(of(CALC)).extracting(ServiceRow::instance).containsExactly(instance(1), instance(3));
    assertThat(of(MATH)).extracting(ServiceRow::instance).containsExactly(instance(2));
    assertThat(call(new ServiceCall.Unbind(instance(1))).isOk()).isTrue();
    assertThat(of(CALC)).extracting(ServiceRow::instance).containsExactly(instance(3));
    assertThat(call(new ServiceCall.Unbind(instance(1))).status()).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void namesThatBeginAlikeAreKeptApart() {
    call(bind(ServiceName.of("a"), 1));
    call(bind(ServiceName.of("a/b"), 2));
    call(bind(ServiceName.of("ab"), 3));
    assertThat(of(ServiceName.of("a")))
        .extracting(ServiceRow::instance)
        .containsExactly(instance(1));
    assertThat(all()).extracting(row -> row.name().shortForm()).containsExactly("a", "a/b", "ab");
  }

  @Test
  void bindingAgainChangesWhatIsNew() {
    call(bind(CALC, 1));
    long first = version();
    assertThat(call(bind(CALC, 1)).isOk()).isTrue();
    assertThat(version()).isEqualTo(first);
    call(new ServiceCall.Health(instance(1), false, "no disk"));
    assertThat(call(with(List.of("unix:/s"), "Calc2", HERE)).isOk()).isTrue();
    assertThat(of(CALC))
        .singleElement()
        .satisfies(row -> {
          assertThat(row.endpoints()).containsExactly("unix:/s");
          assertThat(row.type()).isEqualTo("Calc2");
          assertThat(row.healthy()).isFalse();
          assertThat(row.healthText()).isEqualTo("no disk");
        });
    assertThat(version()).isEqualTo(first + 2);
    assertThat(call(bind(MATH, 1)).text()).contains(CALC.path());
  }

  @Test
  void healthIsToldOnlyIfItChanges() {
    call(bind(CALC, 1));
    long first = version();
    assertThat(call(new ServiceCall.Health(instance(1), true, "")).isOk()).isTrue();
    assertThat(version()).isEqualTo(first);
    assertThat(call(new ServiceCall.Health(instance(2), true, "")).status())
        .isEqualTo(Status.NOT_FOUND);
    assertThat(call(new ServiceCall.Health(instance(1), false, "x".repeat(256))).text())
        .contains("256 bytes, at most 255");
  }

  @Test
  void rowsAreTheirSessionsOnly() {
    call(bind(CALC, 1));
    SessionId other = computer.register();
    seq = 0;
    assertThat(call(other, bind(CALC, 1)).status()).isEqualTo(Status.EXISTS);
    Result refused = call(other, new ServiceCall.Unbind(instance(1)));
    assertThat(refused.status()).isEqualTo(Status.NOT_PERMITTED);
    assertThat(refused.text()).contains(CALC.path(), Computer.USER);
    assertThat(call(other, new ServiceCall.Health(instance(1), false, "")).status())
        .isEqualTo(Status.NOT_PERMITTED);
    assertThat(of(CALC)).singleElement().matches(ServiceRow::healthy);
    assertThat(computer.callAsNode(bind(CALC, 2)).text()).contains("within a session");
    Command foreign =
        Computer.command(session, 99, 0, Principals.user("b"), new ServiceCall.Unbind(instance(1)));
    assertThat(Computer.result(computer.commit(foreign).result()).status())
        .isEqualTo(Status.NOT_PERMITTED);
  }

  @Test
  void whatEndsWithASessionIsItsRowsAndNoOthers() {
    SessionId other = computer.register();
    call(bind(CALC, 1));
    call(bind(MATH, 2));
    call(other, bind(CALC, 3));
    long before = version();
    Command close = Computer.command(session, 50, 0, Computer.USER, new SessionCall.Close());
    Applied closed = computer.commit(close);
    assertThat(all()).extracting(ServiceRow::instance).containsExactly(instance(3));
    assertThat(version()).isEqualTo(before + 2);
    assertThat(closed.changed()).anyMatch(key -> key.utf8().contains(MATH.path()));
    SessionId third = computer.register();
    seq = 0;
    assertThat(call(third, bind(CALC, 1)).isOk()).isTrue();
  }

  @Test
  void aStateFromAnotherClusterKeepsNone() {
    call(bind(CALC, 1));
    try (OrderedStore.Batch batch = computer.store.batch()) {
      assertThat(computer.machine.endAll(100, "restored", batch)).isFalse();
      batch.commit();
    }
    assertThat(all()).isEmpty();
    assertThat(version()).isEqualTo(2);
  }

  @Test
  void pagesFollowOneAnother() {
    for (int i = 0; i < 5; i++) {
      call(bind(i < 3 ? CALC : MATH, i));
    }
    List<ServiceRow> found = new ArrayList<>();
    Optional<ServiceRow.Key> after = Optional.empty();
    boolean more = true;
    while (more) {
      ServicePage page = ask(new ServiceAsk.All("/services/", after, 2));
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(2);
      found.addAll(page.rows());
      after = Optional.of(page.rows().getLast().key());
      more = page.more();
    }
    assertThat(found).isEqualTo(all()).hasSize(5);
    assertThat(ask(new ServiceAsk.All("/services/math/", Optional.empty(), 9)).rows()).hasSize(2);
    assertThat(
            ask(new ServiceAsk.All("/services/math/", Optional.of(found.getFirst().key()), 9))
                .rows())
        .hasSize(2);
    assertThat(ask(new ServiceAsk.All("/services/x", Optional.empty(), 9)).rows()).isEmpty();
    assertThat(ask(new ServiceAsk.All("", Optional.empty(), 0)).rows()).hasSize(1);
    List<Bytes> visited = new ArrayList<>();
    try (OrderedStore.Snapshot snapshot = computer.store.snapshot()) {
      ServiceTable.visit(snapshot, (_, row) -> visited.add(row));
    }
    assertThat(visited).hasSize(5).startsWith(found.getFirst().encode());
  }

  @Test
  void refusesWhatIsTooLargeOrOdd() {
    List<String> nine =
        List.of("tls:1", "tls:2", "tls:3", "tls:4", "tls:5", "tls:6", "tls:7", "tls:8", "tls:9");
    assertThat(call(with(nine, "Calc", HERE)).text()).contains("9 endpoints", "at most 8");
    assertThat(call(with(List.of("http://x"), "Calc", HERE)).text()).contains("tls: or unix:");
    assertThat(call(with(List.of("unix:" + "x".repeat(251)), "Calc", HERE)).text())
        .contains("256 bytes, at most 255");
    assertThat(call(with(List.of("tls:a\n"), "Calc", HERE)).text()).contains("control character");
    assertThat(call(with(List.of(), "ä".repeat(128), HERE)).text()).contains("256 bytes");
    assertThat(call(with(List.of(), "Calc", "\u0007")).text()).contains("control character");
    assertThat(
            call(new ServiceCall.Bind(CALC, InstanceId.NONE, "Calc", 5, List.of(), HERE)).status())
        .isEqualTo(Status.INVALID);
    assertThat(all()).isEmpty();
  }

  @Test
  void aNameHasSoManyInstances() {
    for (int i = 0; i < ServiceLimits.INSTANCES_PER_NAME_MAX; i++) {
      assertThat(call(bind(CALC, i)).isOk()).isTrue();
    }
    Result refused = call(bind(CALC, 999));
    assertThat(refused.status()).isEqualTo(Status.BUSY);
    assertThat(refused.text()).contains("256 instances of " + CALC, "at most 256");
    assertThat(call(bind(CALC, 0)).isOk()).isTrue();
    assertThat(call(bind(MATH, 999)).isOk()).isTrue();
    assertThat(of(CALC)).hasSize(256);
  }

  @Test
  void aSessionHasSoManyRowsAndSoHasTheTable() {
    SessionId current = session;
    for (int i = 0; i < ServiceLimits.ROWS_MAX; i++) {
      if (i > 0 && i % ServiceLimits.ROWS_PER_SESSION_MAX == 0) {
        assertThat(call(current, bind(CALC, 100_000)).text()).contains("1024 instances", "session");
        current = computer.register();
        seq = 0;
      }
      assertThat(call(current, bind(ServiceName.of("s" + i / 200), i)).isOk()).isTrue();
    }
    current = computer.register();
    seq = 0;
    assertThat(call(current, bind(CALC, 100_000)).text())
        .contains("8192 instances", "at most 8192");
  }

  @Test
  void theTableHasSoManyBytes() {
    String name = "x".repeat(250) + "/" + "x".repeat(250) + "/" + "x".repeat(250) + "/";
    List<String> endpoints = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      endpoints.add("unix:" + "x".repeat(250));
    }
    SessionId current = session;
    Result last = Result.DONE;
    int count = 0;
    while (last.isOk()) {
      if (count % 1000 == 999) {
        current = computer.register();
        seq = 0;
      }
      ServiceName each = ServiceName.of(name + count / 200);
      last =
          call(
              current,
              new ServiceCall.Bind(each, instance(count), "Calc", 5, endpoints, "x".repeat(255)));
      count++;
    }
    assertThat(last.text()).contains("bytes", "at most " + ServiceLimits.BYTES_MAX);
    assertThat(count).isBetween(2000, 4000);
    ServicePage page = ask(new ServiceAsk.All("", Optional.empty(), 10_000));
    assertThat(page.encode().length()).isLessThan(2 << 20);
    assertThat(page.more()).isTrue();
  }

  @Test
  void refusesWhatItCannotRead() {
    assertThat(computer.ask(new ServiceAsk.Of(CALC)).isOk()).isTrue();
    seq++;
    Command odd =
        new Command(0, session, seq, seq, Computer.USER, ServiceCall.Bind.TYPE, Bytes.EMPTY);
    assertThat(Computer.result(computer.commit(odd).result()).status()).isEqualTo(Status.MALFORMED);
    try (OrderedStore.Snapshot snapshot = computer.store.snapshot()) {
      assertThat(
              Computer.result(computer.machine.query(ServiceAsk.Of.TYPE, Bytes.EMPTY, snapshot))
                  .status())
          .isEqualTo(Status.MALFORMED);
    }
  }

  @Test
  void applyingTheLogAgainGivesTheSameState() {
    call(bind(CALC, 1));
    call(bind(MATH, 2));
    call(new ServiceCall.Health(instance(1), false, "no disk"));
    call(new ServiceCall.Unbind(instance(2)));
    MemoryStore again = new MemoryStore();
    for (int i = 1; i <= computer.log.size(); i++) {
      computer.apply(i, again);
    }
    assertThat(Computer.stream(again)).isEqualTo(Computer.stream(computer.store));
  }
}
