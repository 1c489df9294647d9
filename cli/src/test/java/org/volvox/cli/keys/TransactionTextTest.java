package org.volvox.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyAct;
import org.volvox.base.syscall.KeyCompare;
import org.volvox.base.syscall.KeyRange;
import org.volvox.cli.Failure;

/** A transaction as people write it. */
class TransactionTextTest {
  private static Bytes text(String text) {
    return Bytes.utf8(text);
  }

  @Test
  void readsEachKindOfLine() {
    TransactionText.Parsed parsed =
        TransactionText.parse(
            List.of(
                "# move it",
                "if value a = 1   # as it was",
                "  if version a > 3",
                "if absent b",
                "",
                "then put b \"two words\" lease 7",
                "then del --prefix a/",
                "then get b",
                "else get a"));
    assertThat(parsed.compares())
        .containsExactly(
            KeyCompare.value(text("a"), text("1")),
            new KeyCompare(
                text("a"), KeyCompare.Field.VERSION, KeyCompare.Order.GREATER, 3, Bytes.EMPTY),
            KeyCompare.absent(text("b")));
    assertThat(parsed.thenDo())
        .containsExactly(
            new KeyAct.Put(text("b"), text("two words"), 7, false),
            new KeyAct.Delete(KeyRange.prefix(text("a/")), false),
            new KeyAct.Get(KeyRange.one(text("b")), 0));
    assertThat(parsed.elseDo()).containsExactly(new KeyAct.Get(KeyRange.one(text("a")), 0));
  }

  @Test
  void aQuotedWordMayBeEmptyOrAnyBytes() {
    List<String> lines = List.of("then put k \"\"", "then put l \"a\\\"\\\\\\n\\t\\xff\u00e9\"");
    List<KeyAct> acts = TransactionText.parse(lines).thenDo();
    assertThat(acts.getFirst()).isEqualTo(new KeyAct.Put(text("k"), Bytes.EMPTY, 0, false));
    Bytes value = text("a\"\\\n\t").concat(Bytes.wrap(new byte[] {-1})).concat(text("\u00e9"));
    assertThat(acts.getLast()).isEqualTo(new KeyAct.Put(text("l"), value, 0, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "when value a = 1|\"when\" is none of if, then and else",
        "if value a 1|if wants a field, a key, an order and what it is compared with",
        "if vlue a = 1|a key has no vlue; did you mean value?",
        "if value a == 1|\"==\" compares nothing",
        "if version a = x|version is a number, not x",
        "then|then wants put, del or get, not \"\"",
        "else putt a b|else wants put, del or get, not \"putt\"; did you mean put?",
        "then put a|put wants a key and a value",
        "then put a b lease x|lease is a number, not x",
        "then del|del wants a key",
        "then get a b|get wants a key",
        "then put a \"b|a quote is not closed",
        "then put a \"b\"c|something follows a closing quote",
        "then put a \"\\q\"|no such escape: \\q",
        "then put a \"\\x0\"|no such escape: \\x0\"",
      })
  void saysWhatIsWrongAndInWhichLine(String line, String what) {
    assertThatThrownBy(() -> TransactionText.parse(List.of("then get x", "", line)))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("line 3: " + what);
  }

  @Test
  void oneThatDoesNothingIsRefused() {
    assertThatThrownBy(() -> TransactionText.parse(List.of("if value a = 1", "# then what?")))
        .hasMessageContaining("does nothing");
  }
}
