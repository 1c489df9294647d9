package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskContract;
import org.volvox.base.DiskException;

class FileDiskTest extends DiskContract {
  @TempDir Path folder = Path.of("");
  private @Nullable FileDisk opened;

  @Override
  protected Disk open() throws DiskException {
    opened = new FileDisk(folder.resolve("made"));
    return opened;
  }

  @AfterEach
  void closeDisk() throws DiskException {
    disk().close();
  }

  @Test
  void makesTheWholeFileAtOnce() throws DiskException, IOException {
    disk().create("a", 1 << 20);
    assertThat(Files.size(folder.resolve("made/a"))).isEqualTo(1 << 20);
  }

  @Test
  void findsFilesAgain() throws DiskException {
    disk().create("a", 4);
    disk().write("a", 0, Bytes.utf8("text"));
    disk().sync("a");
    disk().close();
    try (FileDisk again = new FileDisk(folder.resolve("made"))) {
      assertThat(again.read("a", 0, 4).utf8()).isEqualTo("text");
    }
  }

  @Test
  void saysWhenTheDiskIsFullAndLeavesNoPart() throws DiskException {
    DiskException full =
        Folders.failure("make", Path.of("/x"), new IOException("No space left on device"));
    assertThat(full.kind()).isEqualTo(DiskException.Kind.FULL);
    assertThat(full).hasMessageContaining("/x").hasMessageContaining("free some");
    assertThat(Folders.failure("make", Path.of("/x"), new IOException("Input/output error")).kind())
        .isEqualTo(DiskException.Kind.FAILED);
  }

  @Test
  void takesPlainNamesOnly() {
    for (String name : new String[] {"", ".x", "a/b", "../a"}) {
      assertThatThrownBy(() -> disk().create(name, 1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void folderIsLockedOnce() throws IOException {
    try (FolderLock held = FolderLock.take(folder)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> FolderLock.take(folder))
          .isInstanceOf(FolderLock.HeldException.class)
          .hasMessageContaining(folder.toString());
    }
    FolderLock.take(folder).close();
  }

  private FileDisk disk() {
    return Objects.requireNonNull(opened);
  }
}
