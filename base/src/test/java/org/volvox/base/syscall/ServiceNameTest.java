package org.volvox.base.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.InstanceId;
import org.volvox.base.SessionId;

class ServiceNameTest {
  @Test
  void aShortNameIsBelowTheRoot() {
    ServiceName name = ServiceName.of("math/Rechnen für alle");
    assertThat(name.path()).isEqualTo("/services/math/Rechnen für alle").isEqualTo(name.toString());
    assertThat(name.shortForm()).isEqualTo("math/Rechnen für alle");
    assertThat(ServiceName.of(name.path())).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/passwd, below /services/",
    "/services, below /services/",
    "/services/, empty component",
    "'', empty component",
    "a/, empty component",
    "a//b, empty component",
    "a/./b, no . and no ..",
    "../b, no . and no ..",
  })
  void saysWhatIsWrong(String text, String why) {
    assertThatThrownBy(() -> ServiceName.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesControlCharactersHalvesOfCharactersAndWhatIsTooLong() {
    assertThatThrownBy(() -> ServiceName.of("a\u0000b")).hasMessageContaining("control character");
    assertThatThrownBy(() -> ServiceName.of("a\u009b")).hasMessageContaining("control character");
    assertThatThrownBy(() -> ServiceName.of("a\ud800")).hasMessageContaining("well-formed");
    assertThatThrownBy(() -> ServiceName.of("ä".repeat(128)))
        .hasMessageContaining("256 bytes, at most 255");
    assertThatThrownBy(() -> ServiceName.of("abcd/".repeat(203) + "a"))
        .hasMessageContaining("1026 bytes, at most 1024");
    assertThat(ServiceName.of("x".repeat(255)).shortForm()).hasSize(255);
  }

  @Test
  void rowsAreOrderedByNameAndInstance() {
    ServiceName a = ServiceName.of("a");
    ServiceName b = ServiceName.of("b");
    ServiceRow.Key first = new ServiceRow.Key(a, new InstanceId(1, -1));
    ServiceRow.Key second = new ServiceRow.Key(a, new InstanceId(-1, 0));
    ServiceRow.Key third = new ServiceRow.Key(b, InstanceId.NONE);
    assertThat(List.of(third, second, first).stream().sorted())
        .containsExactly(first, second, third);
    ServiceRow row =
        new ServiceRow(
            a, second.instance(), SessionId.NONE, "user:a", "A", 1, List.of(), true, "", 1, "");
    assertThat(row.key()).isEqualTo(second);
    assertThat(row.withHealth(false, "x").healthText()).isEqualTo("x");
  }

  @Test
  void instancesArePrintedAndReadBack() {
    InstanceId instance = new InstanceId(0x0123456789abcdefL, -2);
    assertThat(instance).hasToString("0123456789abcdeffffffffffffffffe");
    assertThat(InstanceId.parse(instance.toString())).isEqualTo(instance);
    assertThatThrownBy(() -> InstanceId.parse("12")).hasMessageContaining("32 hexadecimal");
    assertThatThrownBy(() -> InstanceId.parse("g".repeat(32))).hasMessageContaining("32 hex");
    assertThatThrownBy(() -> InstanceId.parse("\uff11".repeat(32))).hasMessageContaining("32 hex");
    assertThat(new InstanceId(1, 2)).isLessThan(new InstanceId(1, -1));
  }
}
