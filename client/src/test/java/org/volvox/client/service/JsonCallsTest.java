package org.volvox.client.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.Schema;

/** Calls in JSON: which of several methods is meant, and for whom a call is made. */
@Timeout(60)
class JsonCallsTest {
  @TempDir private Path folder;
  private Programs programs;
  private JsonCalls json;

  /** Methods of one name, and one that tells what its call carries. */
  interface Sums {
    int add(int a, int b);

    long add(long a, long b);

    String add(String a, String b);

    int add(int a);

    List<String> who();
  }

  private static final class Desk implements Sums {
    @Override
    public int add(int a, int b) {
      return a + b;
    }

    @Override
    public long add(long a, long b) {
      return -a - b;
    }

    @Override
    public String add(String a, String b) {
      return a + b;
    }

    @Override
    public int add(int a) {
      return a;
    }

    @Override
    public List<String> who() {
      CallContext context = CallContext.current().orElseThrow();
      return List.of(context.principal(), context.caller());
    }
  }

  @BeforeEach
  void bind() throws IOException, InterruptedException {
    programs = new Programs(folder);
    programs.program(false).bind("Sums", Sums.class, new Desk());
    json = programs.program(false).json();
  }

  @AfterEach
  void close() {
    programs.close();
  }

  private static String call(JsonCalls by, String method, String arguments) {
    return by.call(
            new JsonCall("Sums", method, new JsonCall.Arguments.Array(arguments)),
            CallOptions.DEFAULT)
        .value();
  }

  @Test
  void ofMethodsOfOneNameTheArgumentsDecideWhereTheyCan() {
    assertThat(call(json, "add", "[\"a\", \"b\"]")).isEqualTo("\"ab\"");
    assertThat(call(json, "add", "[7]")).isEqualTo("7");
    assertThat(call(json, "add", "[1, 3000000000]")).isEqualTo("-3000000001");
  }

  @Test
  void whatFitsSeveralIsRefusedWithTheNamesOfThem() throws Exception {
    Schema schema = json.describe("Sums", CallOptions.DEFAULT);
    List<MethodDef> numbers =
        schema.named("add").stream()
            .filter(each -> each.text().matches("(int|long) add\\(\\w+ \\w+, .*"))
            .toList();
    assertThat(numbers).hasSize(2);
    assertThatThrownBy(() -> call(json, "add", "[1, 2]"))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ServiceException.Kind.UNSUPPORTED);
              assertThat(e.mayHaveRun()).isFalse();
              assertThat(e)
                  .hasMessageContaining("add is ambiguous, the arguments fit 2 methods")
                  .hasMessageContaining(numbers.getFirst().selectedName() + " is ")
                  .hasMessageContaining(numbers.getLast().selectedName() + " is ");
            });
    for (MethodDef each : numbers) {
      String sum = each.text().startsWith("int") ? "3" : "-3";
      assertThat(call(json, each.selectedName(), "[1, 2]")).isEqualTo(sum);
    }
    assertThatThrownBy(() -> call(json, "add.0", "[1, 2]")).hasMessageContaining("no method add.0");
  }

  @Test
  void aCallForSomebodyElseSaysSo() {
    String self = "\"" + Programs.USER + "\"";
    assertThat(call(json, "who", "[]")).isEqualTo("[" + self + ",\"\"]");
    assertThat(call(json.onBehalfOf("bob"), "who", "[]")).isEqualTo("[" + self + ",\"bob\"]");
    assertThat(CallContext.current()).as("only that call").isEmpty();
  }
}
