package org.volvox.base.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.BlockId;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.Pid;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.Term;
import org.volvox.base.WallTime;

/**
 * Each form of the system calls against a golden file of version 1, which is never rewritten, and
 * each decoder against cut, changed and random bytes.
 */
class SyscallFormatTest {
  private static final NodeId N1 = new NodeId(1);
  private static final NodeId N2 = new NodeId(2);
  private static final Pid PID = new Pid(7);
  private static final SessionId SESSION = new SessionId(42);
  private static final BlockId BLOCK = new BlockId(3, 42, 67);
  private static final Bytes DIGEST = Bytes.wrap(new byte[32]);
  private static final ProcessSpec SPEC =
      new ProcessSpec(
          List.of("sh", "-c", "exit 3"),
          List.of("A=b"),
          Optional.of("/in"),
          Optional.of(N2),
          List.of(N1, N2));
  private static final FileStat STAT =
      new FileStat(
          9, FileKind.FILE, 5_000_000_000L, new WallTime(1000), new WallTime(2000), DIGEST);

  private static final PlacementTable TABLE =
      new PlacementTable(
          1,
          List.of(N1, N2),
          List.of(new PlacementTable.Group(List.of(N1, N2), List.of(N1, N2))),
          List.of());

  /** The table as version 1 had it. */
  private static final Bytes FIRST_TABLE = firstTable();

  private static Bytes firstTable() {
    ByteWriter out = Wire.begin().u64(1);
    Wire.nodes(out, List.of(N1, N2));
    Wire.list(out, List.of(List.of(N1, N2)), Wire::nodes);
    return out.toBytes();
  }

  /** A form: its value, its bytes and how it is read. */
  record Form(Object value, Bytes bytes, Wire.Item<Object> reader) {
    static Form of(Object value, Bytes bytes, Decoder decoder) {
      return new Form(value, bytes, in -> decoder.decode(in.raw(in.remaining())));
    }
  }

  /** A decoder over whole bytes. */
  interface Decoder {
    Object decode(Bytes bytes) throws MalformedException;
  }

  private final List<Form> forms = new ArrayList<>();

  private void form(Object value, Bytes bytes, Decoder decoder) {
    forms.add(Form.of(value, bytes, decoder));
  }

  private void call(Call call) {
    form(call, call.body(), bytes -> Call.decode(call.type(), bytes));
  }

  private void ask(Ask ask) {
    form(ask, ask.body(), bytes -> Ask.decode(ask.type(), bytes));
  }

  SyscallFormatTest() {
    sessions();
    processes();
    fileCalls();
    fileAsks();
    files();
  }

  private void sessions() {
    call(new SessionCall.Register(3000, "cli"));
    call(new SessionCall.KeepAlive());
    call(new SessionCall.Close());
    call(new SessionCall.Expire(SESSION, 5, new Term(2)));
    call(new SessionCall.Lead(new Term(2), N1));
    ask(new SessionAsk.All(SESSION, 10));
    form(
        new SessionGrant(SESSION, 3000),
        new SessionGrant(SESSION, 3000).encode(),
        SessionGrant::decode);
    SessionPage page =
        new SessionPage(
            new Term(2), List.of(new SessionRow(SESSION, "cli", "user:a", 3000, 1, 2000)), true);
    form(page, page.encode(), SessionPage::decode);
    Result result = new Result(Status.NOT_FOUND, "/ä", Bytes.utf8("x"));
    form(result, result.encode(), Result::decode);
  }

  private void processes() {
    call(new ProcessCall.Spawn(SPEC));
    call(new ProcessCall.Place(PID, N1, "least loaded"));
    call(new ProcessCall.Starting(PID, N1, 4));
    call(new ProcessCall.Running(PID, N1, 4, ""));
    call(new ProcessCall.Exited(PID, N1, 4, new ProcessExit.Code(3), ""));
    call(new ProcessCall.Exited(PID, N1, 4, new ProcessExit.Signal(9), "killed"));
    call(new ProcessCall.Kill(PID, 15));
    call(new ProcessCall.NodeLost(N1, 4, "silent for 3 s"));
    call(new ProcessCall.Lost(PID, N1, 4, "warden died"));
    ask(new ProcessAsk.All(0, 10));
    ask(new ProcessAsk.One(PID));
    ask(new ProcessAsk.OnNode(N1, 3, 10));
    ask(new ProcessAsk.Pending(3, 10));
    ProcessRow row =
        new ProcessRow(
            PID,
            ProcessState.KILLED,
            SPEC,
            "user:a",
            SESSION,
            Optional.of(N1),
            4,
            Optional.of(new ProcessExit.Signal(15)),
            List.of(2, 15),
            List.of(new ProcessRow.Change(new WallTime(1000), ProcessState.PENDING, "asked for")));
    form(row, row.encode(), ProcessRow::decode);
    ProcessPage page = new ProcessPage(List.of(row), false);
    form(page, page.encode(), ProcessPage::decode);
  }

  private void fileCalls() {
    call(new FileCall.Mkdir("/a", true));
    call(new FileCall.OpenUpload("/a/b", 5_000_000_000L, Bytes.utf8("t")));
    call(new FileCall.AllocateBlocks(8, 100));
    call(
        new FileCall.AppendExtents(
            8, 0, 1, List.of(new StoredBlock(BLOCK, 10, 11, List.of(N1, N2)))));
    call(new FileCall.FinishUpload(8, DIGEST));
    call(new FileCall.AbortUpload(8));
    call(new FileCall.PutInline("/a/c", Bytes.utf8("hello"), DIGEST));
    call(new FileCall.Rename("/a", "/b"));
    call(new FileCall.Remove("/b", true));
    call(new FileCall.SetTimes("/b", new WallTime(-1)));
    call(new FileCall.SetNodes(0, List.of(N1, N2)));
    call(new FileCall.Sweep(100));
    call(new FileCall.DeadDone(N1, 12));
  }

  private void fileAsks() {
    ask(new FileAsk.Stat("/a"));
    ask(new FileAsk.Names("/", "a", 100));
    ask(new FileAsk.Open("/a/b", 100));
    ask(new FileAsk.Extents(9, 4 << 20, 100));
    ask(new FileAsk.Placement());
    ask(new FileAsk.HeldBy(N1, Optional.of(BLOCK), 100));
    ask(new FileAsk.Upload(8));
    ask(new FileAsk.Dead(3, 100));
    ask(new FileAsk.QueueDue(new WallTime(1000)));
  }

  private void files() {
    form(STAT, STAT.encode(), FileStat::decode);
    FilePage names = new FilePage(List.of(new FileEntry("ä", STAT)), true);
    form(names, names.encode(), FilePage::decode);
    ExtentPage extents =
        new ExtentPage(STAT, Bytes.utf8("in"), List.of(new Extent(0, BLOCK, 10, 11)), false);
    form(extents, extents.encode(), ExtentPage::decode);
    UploadRow upload = new UploadRow(8, "/a/b", SESSION, 100, 10);
    form(upload, upload.encode(), UploadRow::decode);
    BlockRange range = new BlockRange(SESSION, 64, 10);
    form(range, range.encode(), BlockRange::decode);
    BlockPage held = new BlockPage(1, List.of(new HeldBlock(BLOCK, 10, 11)), true);
    form(held, held.encode(), BlockPage::decode);
    DeadPage dead = new DeadPage(List.of(new DeadBlock(3, BLOCK)), true);
    form(dead, dead.encode(), DeadPage::decode);
    SweepReport report = new SweepReport(3, true);
    form(report, report.encode(), SweepReport::decode);
    form(TABLE, FIRST_TABLE, PlacementTable::decode);
  }

  private List<Form> all() {
    List<Form> all = new ArrayList<>(forms);
    all.addAll(later());
    all.addAll(latest());
    all.addAll(registers());
    all.addAll(services());
    all.addAll(new KeyForms().all());
    return all;
  }

  /** What came after the first golden file. */
  private List<Form> later() {
    List<Form> before = List.copyOf(forms);
    forms.clear();
    call(new FileCall.Complete(N1, 7));
    ask(new FileAsk.AtRisk(N1, List.of(N2)));
    RiskReport risk = new RiskReport(2, 130, Optional.of(BLOCK));
    form(risk, risk.encode(), RiskReport::decode);
    PlacementTable table =
        new PlacementTable(
            8,
            List.of(N1, N2),
            List.of(new PlacementTable.Group(List.of(N1), List.of(N1, N2))),
            List.of(new PlacementTable.Complete(N1, 8)));
    form(table, table.encode(), PlacementTable::decode);
    List<Form> later = List.copyOf(forms);
    forms.clear();
    forms.addAll(before);
    return later;
  }

  /** What came with healing and draining. */
  private List<Form> latest() {
    List<Form> before = List.copyOf(forms);
    forms.clear();
    call(new FileCall.SetResting(7, List.of(N2)));
    call(new FileCall.Drain(N2, true));
    call(new FileCall.SetHealing(60_000, 1 << 20));
    call(new FileCall.Lacks(N1));
    ask(new FileAsk.Spare(N1, Optional.of(BLOCK), 10));
    ask(new FileAsk.Copies(List.of(N2)));
    CopiesReport copies = new CopiesReport(3, List.of(new CopiesReport.Row(1, 130)));
    form(copies, copies.encode(), CopiesReport::decode);
    PlacementTable table =
        new PlacementTable(
            8,
            List.of(N1, N2),
            List.of(new PlacementTable.Group(List.of(N1), List.of(N1), List.of(N1, N2))),
            List.of(new PlacementTable.Complete(N1, 8)),
            new PlacementTable.Care(List.of(N2), List.of(N2), 60_000, 1 << 20));
    form(table, table.encode(), PlacementTable::decode);
    List<Form> latest = List.copyOf(forms);
    forms.clear();
    forms.addAll(before);
    return latest;
  }

  /** What came with registers. */
  private List<Form> registers() {
    List<Form> before = List.copyOf(forms);
    forms.clear();
    call(new RegisterCall.Seat(2, Bytes.utf8("ab")));
    ask(new RegisterAsk.Acceptors());
    List<Form> found = List.copyOf(forms);
    forms.clear();
    forms.addAll(before);
    return found;
  }

  /** What came with writing a small file in its place. */
  private List<Form> writing() {
    List<Form> before = List.copyOf(forms);
    forms.clear();
    call(new FileCall.WriteSmall("/a/c", Bytes.utf8("hello"), DIGEST));
    List<Form> found = List.copyOf(forms);
    forms.clear();
    forms.addAll(before);
    return found;
  }

  /** What came with services. */
  private List<Form> services() {
    List<Form> before = List.copyOf(forms);
    forms.clear();
    ServiceName name = ServiceName.of("math/Calc");
    InstanceId instance = new InstanceId(1, 2);
    List<String> endpoints = List.of("tls:h:1", "unix:/s");
    call(new ServiceCall.Bind(name, instance, "Calc", 5, endpoints, "pid 1 on n1"));
    call(new ServiceCall.Unbind(instance));
    call(new ServiceCall.Health(instance, false, "no disk"));
    ask(new ServiceAsk.Of(name));
    ask(new ServiceAsk.All("/services/", Optional.empty(), 10));
    ask(new ServiceAsk.All("", Optional.of(new ServiceRow.Key(name, instance)), 10));
    ServiceRow row =
        new ServiceRow(
            name,
            instance,
            SESSION,
            "user:a",
            "Calc",
            5,
            endpoints,
            false,
            "no disk",
            1000,
            "pid 1 on n1");
    form(row, row.encode(), ServiceRow::decode);
    ServicePage page = new ServicePage(List.of(row), true);
    form(page, page.encode(), ServicePage::decode);
    List<Form> found = List.copyOf(forms);
    forms.clear();
    forms.addAll(before);
    return found;
  }

  @Test
  void everyFormIsAsInTheGoldenFilesAndComesBack() throws IOException, MalformedException {
    check(forms, "syscall-1.golden");
    check(later(), "syscall-2.golden");
    check(latest(), "syscall-3.golden");
    check(registers(), "syscall-4.golden");
    check(writing(), "syscall-5.golden");
    check(services(), "syscall-6.golden");
    check(new KeyForms().all(), "syscall-7.golden");
  }

  private static void check(List<Form> those, String file) throws IOException, MalformedException {
    StringBuilder text = new StringBuilder();
    for (Form form : those) {
      text.append(form.value().getClass().getSimpleName())
          .append(' ')
          .append(form.bytes().hex())
          .append('\n');
      assertThat(read(form, form.bytes())).isEqualTo(form.value());
    }
    try (InputStream golden = SyscallFormatTest.class.getResourceAsStream(file)) {
      assertThat(golden).as(text.toString()).isNotNull();
      assertThat(text.toString())
          .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void refusesEveryCutAndEveryByteTooMany() throws MalformedException {
    for (Form form : all()) {
      for (int length = 0; length < form.bytes().length(); length++) {
        Bytes cut = form.bytes().slice(0, length);
        assertThatThrownBy(() -> read(form, cut)).isInstanceOf(MalformedException.class);
      }
      Bytes longer = form.bytes().concat(Bytes.wrap(new byte[1]));
      assertThatThrownBy(() -> read(form, longer)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void refusesAnotherVersion() {
    for (Form form : all()) {
      byte[] newer = form.bytes().toArray();
      newer[0] = 9;
      assertThatThrownBy(() -> read(form, Bytes.wrap(newer))).hasMessageContaining("version 9");
    }
  }

  @Test
  void anyBytesAreReadOrRefusedAndNothingElse() {
    Prng random = new Prng(1);
    int refused = 0;
    for (int round = 0; round < 200; round++) {
      for (Form form : all()) {
        byte[] changed = form.bytes().toArray();
        int changes = random.between(1, 4);
        for (int i = 0; i < changes; i++) {
          changed[random.below(changed.length)] = (byte) random.nextInt();
        }
        try {
          assertThat(read(form, Bytes.wrap(changed))).isNotNull();
        } catch (MalformedException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void refusesUnknownTypes() {
    Bytes body = Wire.EMPTY_BODY;
    for (int type :
        new int[] {
          0, 0x0100, 0x01ff, 0x0200, 0x02ff, 0x0300, 0x03ff, 0x0400, 0x0500, 0x05ff, 0x06ff
        }) {
      assertThatThrownBy(() -> Call.decode(type, body)).isInstanceOf(MalformedException.class);
      assertThatThrownBy(() -> Ask.decode(type, body)).isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> Status.ofCode(99)).hasMessageContaining("99");
    assertThatThrownBy(() -> ProcessState.ofCode(99)).hasMessageContaining("99");
    assertThatThrownBy(() -> FileKind.ofCode(99)).hasMessageContaining("99");
  }

  @Test
  void refusesValuesOutOfRange() {
    assertThatThrownBy(() -> new ProcessExit.Code(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new ProcessExit.Code(256)).hasMessageContaining("256");
    assertThatThrownBy(() -> new ProcessExit.Signal(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> new ProcessExit.Signal(65)).hasMessageContaining("65");
    BlockRange range = new BlockRange(SESSION, 64, 10);
    assertThatThrownBy(() -> range.block(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> range.block(10)).hasMessageContaining("10");
  }

  @Test
  void smallHelpersSayWhatTheyMean() {
    assertThat(new ProcessExit.Code(3).shellCode()).isEqualTo(3);
    assertThat(new ProcessExit.Signal(9).shellCode()).isEqualTo(137);
    assertThat(ProcessState.RUNNING.isFinal()).isFalse();
    assertThat(ProcessState.LOST.isFinal()).isTrue();
    assertThat(new BlockRange(SESSION, 64, 10).block(3)).isEqualTo(BLOCK);
    assertThat(new Extent(5, BLOCK, 10, 11).end()).isEqualTo(15);
    assertThat(STAT.isDirectory()).isFalse();
    FileStat directory =
        new FileStat(1, FileKind.DIRECTORY, 0, new WallTime(0), new WallTime(0), Bytes.EMPTY);
    assertThat(directory.isDirectory()).isTrue();
    assertThat(Call.isForNodes(SessionCall.Lead.TYPE)).isTrue();
    assertThat(Call.isForNodes(FileCall.Sweep.TYPE)).isTrue();
    assertThat(Call.isForNodes(FileCall.Drain.TYPE)).isTrue();
    assertThat(Call.isForNodes(FileCall.Mkdir.TYPE)).isFalse();
    assertThat(PlacementTable.Care.DEFAULT.withResting(List.of(N1)).isAway(N1)).isTrue();
    assertThat(PlacementTable.Care.DEFAULT.withDraining(List.of(N1)).isAway(N1)).isFalse();
    assertThat(TABLE.isAssigned(N1)).isTrue();
    assertThat(TABLE.isAssigned(new NodeId(3))).isFalse();
    assertThatThrownBy(() -> PlacementTable.Care.DEFAULT.withPolicy(1, 1 << 20))
        .hasMessageContaining("1 ms");
    assertThatThrownBy(() -> PlacementTable.Care.DEFAULT.withPolicy(5000, 1))
        .hasMessageContaining("1 B/s");
    assertThat(Call.isGrowing(FileCall.Mkdir.TYPE, Bytes.EMPTY)).isTrue();
    assertThat(Call.isGrowing(ServiceCall.Bind.TYPE, Bytes.EMPTY)).isTrue();
    assertThat(Call.isGrowing(FileCall.Remove.TYPE, Bytes.EMPTY)).isFalse();
    assertThat(Call.isGrowing(SessionCall.Register.TYPE, Bytes.EMPTY)).isFalse();
    assertThat(Call.isGrowing(KeyCall.Grant.TYPE, Bytes.EMPTY)).isTrue();
    assertThat(Call.isGrowing(KeyCall.Transact.TYPE, Bytes.EMPTY)).isFalse();
    assertThat(Result.DONE.isOk()).isTrue();
    assertThat(Result.ok(DIGEST).body()).isEqualTo(DIGEST);
    assertThat(Result.refused(Status.BUSY, "full").isOk()).isFalse();
    assertThat(Principals.isNode(Principals.node(N1))).isTrue();
    assertThat(Principals.isNode(Principals.user("a"))).isFalse();
    ProcessSpec spec = ProcessSpec.of("ls", "-l");
    assertThat(spec.args()).containsExactly("ls", "-l");
  }

  @Test
  void aRowWithoutHistoryHasNoReason() {
    ProcessRow bare =
        new ProcessRow(
            PID,
            ProcessState.PENDING,
            ProcessSpec.of("ls"),
            "",
            SESSION,
            Optional.empty(),
            0,
            Optional.empty(),
            List.of(),
            List.of());
    assertThat(bare.reason()).isEmpty();
    assertThat(bare.spawnedAt()).isEqualTo(new WallTime(0));
    ProcessRow.Change change =
        new ProcessRow.Change(new WallTime(5), ProcessState.PENDING, "asked for");
    ProcessRow told =
        new ProcessRow(
            PID,
            ProcessState.PENDING,
            ProcessSpec.of("ls"),
            "",
            SESSION,
            Optional.empty(),
            0,
            Optional.empty(),
            List.of(),
            List.of(change));
    assertThat(told.reason()).isEqualTo("asked for");
    assertThat(told.spawnedAt()).isEqualTo(new WallTime(5));
  }

  @Test
  void aTableNamesTheHoldersOfItsGroups() {
    assertThat(TABLE.copies()).isEqualTo(2);
    assertThat(TABLE.group(new BlockId(0, 1, 1)).quorum()).isEqualTo(2);
    assertThat(TABLE.group(new BlockId(0, 1, 1)).holders()).containsExactly(N1, N2);
    assertThat(TABLE.group(BLOCK).assigned()).isEmpty();
    assertThat(TABLE.everyone()).containsExactly(N1, N2);
    assertThat(TABLE.isComplete(N1)).isFalse();
  }

  private static Object read(Form form, Bytes bytes) throws MalformedException {
    return form.reader().read(new org.volvox.base.ByteReader(bytes));
  }
}
