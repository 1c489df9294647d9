package org.volvox.cli.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.InstanceId;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.schema.FieldDef;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.ParamDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeDef;
import org.volvox.calls.schema.TypeRef;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Streams;
import org.volvox.client.service.CallTrace;
import org.volvox.client.service.Directory;
import org.volvox.client.service.ServiceException;
import org.volvox.client.service.ServiceException.Kind;

class ServiceOutputTest {
  private static final long SINCE = 1_800_000_000_000L;
  private static final Schema SCHEMA =
      new Schema(
          "a.Shapes",
          List.of(
              new MethodDef(
                  "area",
                  List.of(new ParamDef("of", new TypeRef.Named("Point"))),
                  TypeRef.Simple.LONG,
                  true,
                  false,
                  List.of("java.io.IOException"))),
          List.of(new TypeDef.RecordDef("Point", List.of(new FieldDef("x", TypeRef.Simple.INT)))));
  private static final CallTrace TRACE =
      new CallTrace(2, 12_340, 311, 840_000, 20_100, 315, 31_000, "pid 7 on n2", 900, 318, 320);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = Streams.utf8(bytes);

  private String printed() {
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static ServiceRow row(String name, long instance) {
    return new ServiceRow(
        ServiceName.of(name),
        new InstanceId(instance << 32, 1),
        new SessionId(7),
        "ada",
        "a.Calculator",
        99,
        List.of("tls:127.0.0.1:4000"),
        true,
        "",
        SINCE,
        "pid 7 on n2");
  }

  @Test
  void listsALineAnInstance() {
    new ServiceRows(out, false)
        .print(
            List.of(row("CalcService", 0xab12), row("math/Sum", 1).withHealth(false, "disk full")));
    String since = Human.time(Instant.ofEpochMilli(SINCE));
    assertThat(printed())
        .isEqualTo(
            "NAME         INSTANCE  INTERFACE     WHERE        HEALTH                SINCE\n"
                + "CalcService  0000ab12  a.Calculator  pid 7 on n2  healthy               "
                + since
                + "\n"
                + "math/Sum     00000001  a.Calculator  pid 7 on n2  unhealthy: disk full  "
                + since
                + "\n");
  }

  @Test
  void listsAsJson() {
    ServiceRows rows = new ServiceRows(out, true);
    rows.print(List.of(row("math/Sum", 0xab12)));
    rows.print(new Directory.Change.Removed(row("math/Sum", 0xab12)));
    String fields =
        "\"name\":\"math/Sum\",\"path\":\"/services/math/Sum\","
            + "\"instance\":\"0000ab12000000000000000000000001\",\"interface\":\"a.Calculator\","
            + "\"where\":\"pid 7 on n2\",\"healthy\":true,\"healthText\":\"\","
            + "\"since\":\"2027-01-15T08:00:00Z\",\"user\":\"ada\",\"session\":\"s7\","
            + "\"endpoints\":[\"tls:127.0.0.1:4000\"]}";
    assertThat(printed()).isEqualTo("[{" + fields + "]\n{\"change\":\"gone\"," + fields + "\n");
  }

  @Test
  void printsEachChangeAsALine() {
    ServiceRows rows = new ServiceRows(out, false);
    rows.print(new Directory.Change.Added(row("Sum", 0xab12)));
    rows.print(new Directory.Change.Complete());
    rows.print(new Directory.Change.Updated(row("Sum", 0xab12).withHealth(false, "")));
    rows.print(new Directory.Change.Removed(row("Sum", 0xab12)));
    assertThat(printed())
        .isEqualTo(
            """
            bound    Sum  0000ab12  a.Calculator  pid 7 on n2  healthy
            changed  Sum  0000ab12  a.Calculator  pid 7 on n2  unhealthy
            gone     Sum  0000ab12  a.Calculator  pid 7 on n2  healthy
            """);
  }

  @Test
  void describesAnInterface() {
    new SchemaView(out).printText(SCHEMA);
    new SchemaView(out).printJson(SCHEMA);
    assertThat(printed())
        .isEqualTo(
            "interface a.Shapes\n"
                + "  long area(Point of) throws IOException // idempotent\n"
                + "record Point(int x)\n"
                + "{\"interface\":\"a.Shapes\",\"methods\":[{\"name\":\"area\",\"parameters\":"
                + "[{\"name\":\"of\",\"type\":\"Point\"}],\"result\":\"long\",\"idempotent\":true,"
                + "\"brief\":false,\"throws\":[\"java.io.IOException\"]}],"
                + "\"types\":[{\"name\":\"Point\",\"text\":\"record Point(int x)\"}]}\n");
  }

  @Test
  void showsTheFiveStepsOfACall() {
    new TraceView(out).printText(TRACE);
    assertThat(printed())
        .isEqualTo(
            """
            STEP  WHAT                           TIME  CLOCK
               1  client stub packs 2 bytes   12.3 µs  311
               2  network, there and back    840.0 µs
               3  server stub unpacks         20.1 µs  315
               4  execution on pid 7 on n2    31.0 µs
               5  return: server stub packs    0.9 µs  318 -> 320
            """);
  }

  @Test
  void showsTheFiveStepsAsJson() {
    new TraceView(out).printJson(TRACE);
    assertThat(printed())
        .isEqualTo(
            "{\"steps\":[{\"step\":\"pack\",\"bytes\":2,\"nanos\":12340,\"clock\":311},"
                + "{\"step\":\"network\",\"nanos\":840000},"
                + "{\"step\":\"unpack\",\"nanos\":20100,\"clock\":315},"
                + "{\"step\":\"execution\",\"nanos\":31000,\"where\":\"pid 7 on n2\"},"
                + "{\"step\":\"return\",\"nanos\":900,\"clock\":318,\"returnedClock\":320}]}\n");
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE,false,3",
    "UNAVAILABLE,true,124",
    "DEADLINE,false,3",
    "DEADLINE,true,124",
    "UNSUPPORTED,false,2",
    "NOT_ALLOWED,false,4",
    "BUSY,false,1",
    "FAILED,true,124"
  })
  void saysByTheExitCodeWhetherItMayHaveRun(Kind kind, boolean mayHaveRun, int code) {
    Failure failure = ServiceFailures.of("a", new ServiceException(kind, mayHaveRun, "a.b: why"));
    assertThat(failure.exitCode()).isEqualTo(code);
    assertThat(failure).hasMessage("a.b: why");
    assertThat(failure.hint()).startsWith(mayHaveRun ? "It may have run" : "It did not run.");
  }

  @Test
  void readsItemsFromLinesThatHoldSomething() {
    InputItems items =
        new InputItems(
            new ByteArrayInputStream("1\n\n {\"a\":\"é\"}\n\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(items).toIterable().containsExactly("1", " {\"a\":\"é\"}");
  }
}
