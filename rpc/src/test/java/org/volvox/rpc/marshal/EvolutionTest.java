package org.volvox.rpc.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** A caller that is older or newer than the host. */
class EvolutionTest {
  private static final InterfaceCodec OLD_HOST = InterfaceCodec.host(OldShop.Shop.class);
  private static final InterfaceCodec NEW_HOST = InterfaceCodec.host(NewShop.Shop.class);
  private static final InterfaceCodec OLD_CALLER =
      InterfaceCodec.caller(OldShop.Shop.class, NEW_HOST.schema());
  private static final InterfaceCodec NEW_CALLER =
      InterfaceCodec.caller(NewShop.Shop.class, OLD_HOST.schema());

  private static MethodCodec codec(InterfaceCodec codec, Class<?> iface, String name) {
    return MarshalTest.codec(codec, iface, name);
  }

  private static MethodCodec oldHost(String name) {
    return codec(OLD_HOST, OldShop.Shop.class, name);
  }

  private static MethodCodec newHost(String name) {
    return codec(NEW_HOST, NewShop.Shop.class, name);
  }

  private static MethodCodec oldCaller(String name) {
    return codec(OLD_CALLER, OldShop.Shop.class, name);
  }

  private static MethodCodec newCaller(String name) {
    return codec(NEW_CALLER, NewShop.Shop.class, name);
  }

  private static NewShop.Order order(String name, long amount) {
    return new NewShop.Order(
        List.of(),
        amount,
        Optional.empty(),
        OptionalInt.empty(),
        null,
        0,
        '\0',
        (short) 0,
        0,
        false,
        name,
        "",
        Set.of(),
        List.of(),
        null);
  }

  private static Object[] one(Object value) {
    return new Object[] {value};
  }

  @Test
  void whatAnOlderCallerDoesNotKnowHasItsDefault() throws MalformedException {
    Bytes request = oldCaller("order").encodeArguments(one(new OldShop.Order("tea", 3)));
    NewShop.Order order =
        (NewShop.Order) Objects.requireNonNull(newHost("order").decodeArguments(request)[0]);
    assertThat(order).usingRecursiveComparison().isEqualTo(order("tea", 3));
    assertThat(oldCaller("order").decodeResult(newHost("order").encodeResult(order)))
        .isEqualTo(new OldShop.Order("tea", 3));
  }

  @Test
  void whatAnOlderHostDoesNotKnowIsLeftOutAndComesAsItsDefault() throws MalformedException {
    NewShop.Order full =
        new NewShop.Order(
            List.of("n"),
            4,
            Optional.of("a"),
            OptionalInt.of(1),
            5,
            6,
            'x',
            (short) 7,
            8,
            true,
            "tea",
            "c",
            Set.of(),
            List.of(1),
            order("b", 1));
    Bytes request = newCaller("order").encodeArguments(one(full));
    assertThat(oldHost("order").decodeArguments(request))
        .containsExactly(new OldShop.Order("tea", 4));
    Object result =
        newCaller("order").decodeResult(oldHost("order").encodeResult(new OldShop.Order("tea", 4)));
    assertThat(result).usingRecursiveComparison().isEqualTo(order("tea", 4));
  }

  @Test
  void numbersGoWhereTheyFit() throws MalformedException {
    Bytes request = oldCaller("sum").encodeArguments(new Object[] {1, -2});
    assertThat(newHost("sum").decodeArguments(request)).containsExactly(1L, -2L);
    assertThat(oldCaller("sum").decodeResult(newHost("sum").encodeResult(5L))).isEqualTo(5);
    assertThatThrownBy(() -> oldCaller("sum").decodeResult(newHost("sum").encodeResult(1L << 40)))
        .isInstanceOf(MalformedException.class)
        .hasMessage("sum: the result: 1099511627776 does not fit int");
    assertThatThrownBy(() -> newCaller("sum").encodeArguments(new Object[] {1L, 1L << 40}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sum: parameter b cannot be sent: 1099511627776 does not fit int");
  }

  @Test
  void constantsAndSubtypesGoByTheirNames() throws MalformedException {
    assertThat(
            newHost("level")
                .decodeArguments(oldCaller("level").encodeArguments(one(OldShop.Level.LOW))))
        .containsExactly(NewShop.Level.LOW);
    assertThat(oldCaller("level").decodeResult(newHost("level").encodeResult(NewShop.Level.HIGH)))
        .isEqualTo(OldShop.Level.HIGH);
    assertThatThrownBy(() ->
            oldCaller("level").decodeResult(newHost("level").encodeResult(NewShop.Level.MIDDLE)))
        .hasMessage("level: the result: Level has no constant MIDDLE here");
    assertThatThrownBy(() -> newCaller("level").encodeArguments(one(NewShop.Level.MIDDLE)))
        .hasMessageContaining("Level.MIDDLE is unknown to the host; it has [LOW, HIGH]");
    assertThat(
            newHost("shape")
                .decodeArguments(oldCaller("shape").encodeArguments(one(new OldShop.Circle(3)))))
        .containsExactly(new NewShop.Circle(3));
    assertThatThrownBy(() ->
            oldCaller("shape").decodeResult(newHost("shape").encodeResult(new NewShop.Square(3))))
        .hasMessage("shape: the result: Shape has no Square here");
    assertThatThrownBy(() -> newCaller("shape").encodeArguments(one(new NewShop.Square(3))))
        .hasMessageContaining("Shape has no Square at the host; it has [Circle]");
  }

  @Test
  void aMethodThatTheHostHasNotSaysSoWithoutACall() {
    assertThat(oldCaller("removed").missing().orElseThrow())
        .contains(
            "Shop at the host has no method void removed(); it has void added(String what), ");
    assertThat(newCaller("added").missing().orElseThrow())
        .contains("has no method void added(String what); it has String kind(Level level), ");
    assertThat(oldCaller("kind").missing().orElseThrow())
        .contains("has no method String kind(Level level) that fits; String kind(String level):")
        .contains("parameter level: ")
        .contains("OldShop.Level here is String there");
    assertThatThrownBy(() -> oldCaller("removed").encodeArguments(null))
        .hasMessageContaining("does not have");
  }
}
