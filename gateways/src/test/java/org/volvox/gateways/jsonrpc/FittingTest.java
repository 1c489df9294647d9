package org.volvox.gateways.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.MalformedException;
import org.volvox.base.json.JsonReader;
import org.volvox.calls.schema.MethodDef;
import org.volvox.calls.schema.ParamDef;
import org.volvox.calls.schema.Schema;
import org.volvox.calls.schema.TypeRef;
import org.volvox.gateways.FakeCalls;

class FittingTest {
  private static Request request(String method, String params) throws MalformedException {
    return Request.of(
        JsonReader.readFields(
            "{\"method\":\"" + method + "\",\"params\":" + params + ",\"id\":1}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "Multiply | [{\"A\":7,\"B\":8}]      | [7,8]",
        "multiply | [{\"b\":8,\"a\":7}]      | [7,8]",
        "Multiply | [[7,8]]                  | [7,8]",
        "Multiply | [7,8]                    | [7,8]",
        "Half     | [4]                      | [4]",
        "Half     | [{\"A\":4}]              | [4]",
        "Area     | [{\"w\":2,\"h\":3}]      | [{\"w\":2,\"h\":3}]",
        "Area     | [{\"Rect\":{\"w\":2}}]   | [{\"Rect\":{\"w\":2}}]",
        "Sum      | [[1,2.50,\"x\",null]]    | [[1,2.50,\"x\",null]]",
        "Reset    | []                       | []",
        "Reset    | [null]                   | []",
        "Reset    | [{}]                     | []",
        "Reset    | [[]]                     | []"
      })
  void oneParamIsTheArgumentsOrTheArgument(String method, String params, String arguments)
      throws MalformedException {
    Fitting fitting = Fitting.of(FakeCalls.ARITH, request("Arith." + method, params));
    assertThat(fitting.arguments()).isEqualTo(arguments);
    assertThat(fitting.method().name()).isEqualToIgnoringCase(method);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "Multiply | [{\"A\":7}]              | no field for b",
        "Multiply | [{\"A\":7,\"B\":8,\"C\":9}] | no parameter for the fields C",
        "Multiply | [7]                      | do not fit int multiply(int a, int b)",
        "Multiply | [[7]]                    | do not fit",
        "Multiply | []                       | do not fit",
        "Reset    | [1]                      | do not fit",
        "Count    | [3]                      | has a stream",
        "Cube     | [3]                      | Arith has no method Cube",
        "mULTIPLY | [7,8]                    | has no method"
      })
  void whatDoesNotFitIsSaid(String method, String params, String said) throws MalformedException {
    Request request = request("Arith." + method, params);
    assertThatThrownBy(() -> Fitting.of(FakeCalls.ARITH, request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said);
  }

  @Test
  void theServiceIsBeforeTheLastDot() throws MalformedException {
    Request request = request("math/v1.2/Arith.Multiply", "[]");
    assertThat(request.service()).isEqualTo("math/v1.2/Arith");
    assertThat(request.method()).isEqualTo("Multiply");
    for (String wrong : new String[] {"Arith", ".Multiply", "Arith.", ""}) {
      assertThatThrownBy(() -> request(wrong, "[]")).isInstanceOf(MalformedException.class);
    }
  }

  private static final MethodDef INTS =
      method("add", new ParamDef("a", TypeRef.Simple.INT), new ParamDef("b", TypeRef.Simple.INT));
  private static final MethodDef TEXTS =
      method(
          "add", new ParamDef("b", TypeRef.Simple.STRING), new ParamDef("c", TypeRef.Simple.INT));
  private static final MethodDef TURNED =
      method("add", new ParamDef("b", TypeRef.Simple.LONG), new ParamDef("a", TypeRef.Simple.LONG));

  private static MethodDef method(String name, ParamDef... parameters) {
    return new MethodDef(name, List.of(parameters), TypeRef.Simple.VOID, false, false, List.of());
  }

  private static Fitting ofThree(String params) throws MalformedException {
    Schema schema = new Schema("x.Y", List.of(INTS, TEXTS, TURNED), List.of());
    return Fitting.of(schema, request("Y.Add", params));
  }

  @Test
  void ofMethodsOfOneNameTheParametersNamesOrTheTypesDecide() throws MalformedException {
    Fitting named = ofThree("[{\"b\":\"x\",\"c\":1}]");
    assertThat(named.method()).isEqualTo(TEXTS);
    assertThat(named.word()).isEqualTo(TEXTS.selectedName());
    Fitting inOrder = ofThree("[\"x\",1]");
    assertThat(inOrder.word()).as("whoever knows the types decides").isEqualTo("add");
    assertThat(inOrder.arguments()).isEqualTo("[\"x\",1]");
    assertThatThrownBy(() -> ofThree("[{\"a\":1,\"b\":2}]"))
        .hasMessage(
            "add is ambiguous, the params fit void add(int a, int b); void add(long b, long a)");
  }
}
