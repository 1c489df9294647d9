package org.volvox.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Disk} promises while nothing goes wrong; each one's test extends this. */
public abstract class DiskContract {
  private Disk disk;

  /** A new, empty disk. */
  protected abstract Disk open() throws Exception;

  @BeforeEach
  void openDisk() throws Exception {
    disk = open();
  }

  @Test
  void newFileIsZeros() throws DiskException {
    disk.create("a", 3_000_000);
    assertThat(disk.size("a")).isEqualTo(3_000_000);
    assertThat(disk.read("a", 2_999_990, 10)).isEqualTo(Bytes.wrap(new byte[10]));
    disk.create("empty", 0);
    assertThat(disk.size("empty")).isZero();
  }

  @Test
  void readsWhatWasWrittenAndGrows() throws DiskException {
    disk.create("a", 10);
    disk.write("a", 5, Bytes.utf8("hello world"));
    assertThat(disk.size("a")).isEqualTo(16);
    assertThat(disk.read("a", 5, 5).utf8()).isEqualTo("hello");
    disk.sync("a");
    assertThat(disk.read("a", 0, 16).slice(5, 16).utf8()).isEqualTo("hello world");
    Bytes large = Bytes.wrap(new byte[(2 << 20) + 1]);
    disk.write("a", 16, large);
    assertThat(disk.read("a", 16, large.length())).isEqualTo(large);
  }

  @Test
  void refusesToReadBehindTheEnd() throws DiskException {
    disk.create("a", 10);
    assertThatThrownBy(() -> disk.read("a", 5, 6)).isInstanceOf(DiskException.class);
  }

  @Test
  void listsRenamesAndDeletes() throws DiskException {
    disk.create("b", 1);
    disk.create("a", 2);
    disk.write("b", 0, Bytes.utf8("B"));
    assertThat(disk.list()).containsExactly("a", "b");
    disk.rename("b", "a");
    assertThat(disk.list()).containsExactly("a");
    assertThat(disk.read("a", 0, 1).utf8()).isEqualTo("B");
    assertThat(disk.size("a")).isEqualTo(1);
    disk.delete("a");
    assertThat(disk.list()).isEmpty();
  }

  @Test
  void saysWhatIsMissingOrInTheWay() throws DiskException {
    assertThatThrownBy(() -> disk.size("a"))
        .isInstanceOfSatisfying(
            DiskException.class, e -> assertThat(e.kind()).isEqualTo(DiskException.Kind.MISSING));
    assertThatThrownBy(() -> disk.delete("a")).isInstanceOf(DiskException.class);
    disk.create("a", 1);
    assertThatThrownBy(() -> disk.create("a", 1)).isInstanceOf(DiskException.class);
  }
}
