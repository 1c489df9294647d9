package org.volvox.verify.fallacies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.volvox.cli.Main;

/** Who adds a command gives it a row, or a reason. */
final class RowsTest {
  @Test
  void eachCommandOfTheCommandTableHasARowOrAReason() {
    assertThat(Rows.unmatched()).isEmpty();
    assertThat(Main.commands())
        .contains(
            "put", "services", "services describe", "net heal", "node replace", "register cas")
        .hasSizeGreaterThan(45);
  }

  @Test
  void titlesTellRowsApart() {
    List<String> titles = Rows.all().stream().map(Row::title).toList();
    assertThat(titles).doesNotHaveDuplicates();
  }

  @Test
  void theSelectionHasEachWordOfTheCommandTable() {
    TreeSet<String> words = new TreeSet<>(LocalRows.LEFT_OUT.keySet());
    for (Row row : Rows.all()) {
      boolean isSelected = row.isFor(Fault.CUT, false);
      if (isSelected && !row.command().equals(Row.CALLS)) {
        words.add(row.command().replaceFirst(" .*", ""));
      }
    }
    TreeSet<String> all = new TreeSet<>();
    Main.commands().forEach(command -> all.add(command.replaceFirst(" .*", "")));
    assertThat(words).isEqualTo(all);
  }
}
