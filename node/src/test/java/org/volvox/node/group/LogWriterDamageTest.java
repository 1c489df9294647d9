package org.volvox.node.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.log.RaftWal;
import org.volvox.consensus.log.StateAt;
import org.volvox.consensus.log.WalConfig;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.storage.FileDisk;

/** A reader meets damage while the node serves. */
class LogWriterDamageTest {
  private static final int FRAME_OF_3 = 3 * 512;

  @TempDir Path folder;

  private final List<Mail> posted = new ArrayList<>();

  /** Runs the writer over a log of five entries, of which the third is damaged, to its end. */
  private void readAll(long stateHas) throws Exception {
    WalConfig config = new WalConfig(1, 1 << 16, 0);
    try (FileDisk disk = new FileDisk(folder)) {
      RaftWal wal = ((RaftWal.Start.Ready) RaftWal.open(disk, config, 0, StateAt.NOTHING)).wal();
      for (int i = 1; i <= 5; i++) {
        Entry entry =
            new Entry(new Term(1), new LogIndex(i), Entry.Kind.COMMAND, Bytes.utf8("x" + i));
        wal.persist(new Effect.Persist(i, Optional.empty(), List.of(entry), List.of()));
        wal.sync();
      }
      Path file = folder.resolve("wal-0000000000000001");
      byte[] bytes = Files.readAllBytes(file);
      bytes[FRAME_OF_3 + 100] ^= 1;
      Files.write(file, bytes);
      LogWriter writer =
          new LogWriter(
              wal,
              LogBounds.OF_NODE,
              () -> new LogIndex(stateHas),
              (to, message) -> {},
              posted::add);
      writer.read(new Effect.ReadEntries(7, new LogIndex(1), new LogIndex(5), 1 << 20));
      writer.stop();
      writer.run();
    }
  }

  @Test
  void letsGoOfWhatTheStateHas() throws Exception {
    readAll(4);
    assertThat(posted)
        .containsExactly(
            new Mail.MayShorten(new LogIndex(4), true), new Mail.Fetched(7, List.of()));
  }

  @Test
  void stopsIfTheStateHasItNot() {
    assertThatThrownBy(() -> readAll(0))
        .isInstanceOf(DiskException.class)
        .hasMessageContaining("byte " + FRAME_OF_3)
        .hasMessageContaining("Start the node again: it gets what is missing from the others");
  }
}
