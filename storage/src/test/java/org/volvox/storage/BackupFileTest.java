package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.ClusterId;
import org.volvox.base.LogIndex;
import org.volvox.base.MalformedException;
import org.volvox.base.Term;
import org.volvox.base.WallTime;
import org.volvox.base.backup.BackupRecord;
import org.volvox.base.backup.DataPart;
import org.volvox.base.snapshot.SnapshotPart;

class BackupFileTest {
  private static final ClusterId CLUSTER = new ClusterId(0xC1);
  private static final List<BackupRecord> RECORDS =
      List.of(
          new BackupRecord.Head(CLUSTER, new WallTime(1000), "test"),
          new BackupRecord.Part(
              new SnapshotPart.Header(CLUSTER, 0, new LogIndex(7), new Term(2), Bytes.EMPTY)),
          new BackupRecord.Part(
              new SnapshotPart.Chunk(
                  List.of(new SnapshotPart.Pair(Bytes.utf8("\0a"), Bytes.utf8("1"))))),
          new BackupRecord.Part(new SnapshotPart.End(1, 3)),
          new BackupRecord.Data(new DataPart.Moment(Bytes.utf8("as of"))),
          new BackupRecord.Data(
              new DataPart.Atoms(
                  List.of(new SnapshotPart.Pair(Bytes.utf8("k"), Bytes.utf8("live"))))),
          new BackupRecord.Data(new DataPart.End(1, 5)),
          block(1, "one"),
          block(2, "two"));

  @TempDir Path folder = Path.of("");

  @Test
  void isThereWhenItIsWholeAndReadBack() throws IOException {
    Path file = folder.resolve("b");
    List<Long> told = new ArrayList<>();
    try (BackupWriter writer = BackupWriter.create(file)) {
      for (BackupRecord record : RECORDS) {
        writer.write(record);
        assertThat(Files.exists(file)).isFalse();
      }
      writer.finish((done, total) -> told.add(done));
      assertThat(told.getLast()).isEqualTo(writer.bytes()).isEqualTo(Files.size(file));
    }
    assertThat(names()).containsExactly("b");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    List<BackupRecord> read = new ArrayList<>();
    try (BackupReader reader = BackupReader.open(file)) {
      reader.readAll(read::add);
      assertThat(reader.check().isComplete()).isTrue();
    }
    assertThat(read.subList(0, RECORDS.size())).isEqualTo(RECORDS);
    assertThatThrownBy(() -> BackupWriter.create(file)).hasMessageContaining("is there already");
  }

  @Test
  void leavesNothingUnlessItIsFinished() throws IOException {
    Path file = folder.resolve("b");
    Files.writeString(folder.resolve("b.partial"), "what a killed one left");
    try (BackupWriter writer = BackupWriter.create(file)) {
      writer.write(RECORDS.getFirst());
      writer.restart();
      writer.write(RECORDS.getFirst());
      assertThatThrownBy(() -> writer.write(RECORDS.getLast()))
          .hasMessageContaining("the backup would be wrong");
      assertThatThrownBy(() -> BackupWriter.create(file))
          .hasMessageContaining("another backup is being written");
      assertThat(names()).containsExactly("b.partial");
    }
    assertThat(names()).isEmpty();
    assertThatThrownBy(() -> BackupWriter.create(folder.resolve("missing/b")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatIsBehindTheStateBeginsAnewAsOftenAsItMust() throws IOException {
    Path file = folder.resolve("b");
    try (BackupWriter writer = BackupWriter.create(file)) {
      assertThatThrownBy(writer::restartBehindState).hasMessageContaining("behind its state");
      for (BackupRecord record : RECORDS.subList(0, 4)) {
        writer.write(record);
      }
      for (int tries = 0; tries < 3; tries++) {
        writer.restartBehindState();
        writer.write(RECORDS.get(4));
        writer.write(RECORDS.get(5));
      }
      writer.restartBehindState();
      for (BackupRecord record : RECORDS.subList(4, RECORDS.size())) {
        writer.write(record);
      }
      writer.finish((done, total) -> {});
    }
    List<BackupRecord> read = new ArrayList<>();
    try (BackupReader reader = BackupReader.open(file)) {
      reader.readAll(read::add);
    }
    assertThat(read.subList(0, RECORDS.size())).isEqualTo(RECORDS);
  }

  @Test
  void whatTheReaderOfARecordCannotReadIsDamageThere() throws IOException {
    Path file = folder.resolve("b");
    try (BackupWriter writer = BackupWriter.create(file)) {
      for (BackupRecord record : RECORDS) {
        writer.write(record);
      }
      writer.finish((done, total) -> {});
    }
    int first = 8 + 8 + RECORDS.getFirst().encode().length();
    try (BackupReader reader = BackupReader.open(file)) {
      BackupReader.Sink picky =
          record -> {
            if (record instanceof BackupRecord.Part) {
              throw new MalformedException("odd");
            }
          };
      assertThatThrownBy(() -> reader.readAll(picky))
          .hasMessageContaining("is damaged at byte " + first + ": odd; use another backup");
    }
  }

  @Test
  void aFileThatAppearsMeanwhileIsLeftAsItIs() throws IOException {
    Path file = folder.resolve("b");
    try (BackupWriter writer = BackupWriter.create(file)) {
      for (BackupRecord record : RECORDS) {
        writer.write(record);
      }
      Files.writeString(file, "mine");
      assertThatThrownBy(() -> writer.finish((done, total) -> {}))
          .hasMessageContaining("is there already");
    }
    assertThat(Files.readString(file)).isEqualTo("mine");
    assertThat(names()).containsExactly("b");
  }

  @Test
  void eachChangedOrMissingByteIsNoticedAndItsPlaceNamed() throws IOException {
    Path file = folder.resolve("b");
    try (BackupWriter writer = BackupWriter.create(file)) {
      for (BackupRecord record : RECORDS) {
        writer.write(record);
      }
      writer.finish((done, total) -> {});
    }
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      Files.write(file, changed);
      assertThatThrownBy(this::readAll)
          .isInstanceOf(IOException.class)
          .hasMessageMatching(".*(damaged at byte|is no backup|ends at byte).*");
      Files.write(file, java.util.Arrays.copyOf(whole, at));
      assertThatThrownBy(this::readAll)
          .hasMessageContaining(at < 8 ? "is no backup" : "ends at byte " + at);
    }
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(this::readAll).hasMessageContaining("something follows");
    Files.delete(file);
    assertThatThrownBy(this::readAll).hasMessageContaining("there is no file");
  }

  private void readAll() throws IOException {
    try (BackupReader reader = BackupReader.open(folder.resolve("b"))) {
      reader.readAll(record -> {});
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private static BackupRecord block(int seq, String data) {
    Bytes bytes = Bytes.utf8(data);
    return new BackupRecord.Block(new BlockId(0, 1, seq), bytes.crc32c(), bytes);
  }
}
