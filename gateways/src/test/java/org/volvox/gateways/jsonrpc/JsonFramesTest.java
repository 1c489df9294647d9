package org.volvox.gateways.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.MalformedException;

class JsonFramesTest {
  /** Bytes that come one by one. */
  private static InputStream slow(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
      @Override
      public int read(byte[] to, int offset, int length) {
        return super.read(to, offset, Math.min(1, length));
      }
    };
  }

  private static List<String> all(InputStream in, int max) throws IOException, MalformedException {
    JsonFrames frames = new JsonFrames(in, max);
    List<String> found = new ArrayList<>();
    Optional<String> next = frames.next();
    while (next.isPresent()) {
      found.add(next.get());
      next = frames.next();
    }
    return found;
  }

  @Test
  void objectsAreCutWhereTheyEnd() throws IOException, MalformedException {
    String first = "{\"a\":\"}]\\\"{\",\"b\":[{},[1]]}";
    String text = " \n" + first + "{}\r\n{\"ü\":2}\n";
    List<String> wanted = List.of(first, "{}", "{\"ü\":2}");
    assertThat(all(slow(text), 100)).isEqualTo(wanted);
    InputStream fast = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    assertThat(all(fast, 100)).isEqualTo(wanted);
    assertThat(all(InputStream.nullInputStream(), 100)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "[1]",
        "\u0016\u0003\u0001",
        "{\"a\":1",
        "{\"a\":\"}",
        "{\"a\":\"0123456789012345678901234567890123456789\"}"
      })
  void garbageEndsIt(String text) {
    assertThatThrownBy(() -> all(slow(text), 30)).isInstanceOf(MalformedException.class);
  }

  @Test
  void depthIsBounded() {
    String deep = "{\"a\":" + "[".repeat(1000);
    assertThatThrownBy(() -> all(slow(deep), 10_000))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("nested");
  }

  @Test
  void onlyUtf8IsText() {
    InputStream latin = new ByteArrayInputStream("{\"ü\":1}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> all(latin, 100)).isInstanceOf(MalformedException.class);
  }
}
