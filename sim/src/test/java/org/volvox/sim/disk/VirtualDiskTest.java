package org.volvox.sim.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;

class VirtualDiskTest {
  private static final Ratio ALWAYS = new Ratio(1, 1);
  private VirtualDisk disk = new VirtualDisk(DiskOptions.PLAIN, new Prng(1));

  @BeforeEach
  void createsAFile() throws DiskException {
    disk.create("wal", 1024);
  }

  private static Bytes fill(int length, int value) {
    byte[] bytes = new byte[length];
    java.util.Arrays.fill(bytes, (byte) value);
    return Bytes.wrap(bytes);
  }

  private static VirtualDisk with(Ratio takes, Ratio torn, long capacity, int seed) {
    return new VirtualDisk(new DiskOptions(takes, torn, capacity, 1, 2), new Prng(seed));
  }

  @Test
  void readsWhatWasWrittenBeforeTheSync() throws DiskException {
    disk.write("wal", 100, fill(3, 7));
    assertThat(disk.read("wal", 100, 3)).isEqualTo(fill(3, 7));
    assertThat(disk.dirtySectors()).isEqualTo(1);
  }

  @Test
  void losesWhatWasNotSynced() throws DiskException {
    disk.write("wal", 0, fill(512, 1));
    disk.sync("wal");
    disk.write("wal", 512, fill(512, 2));
    disk.crash();
    assertThat(disk.read("wal", 0, 512)).isEqualTo(fill(512, 1));
    assertThat(disk.read("wal", 512, 512)).isEqualTo(fill(512, 0));
    assertThat(disk.lostSectors()).isEqualTo(1);
    assertThat(disk.dirtySectors()).isZero();
    assertThat(disk.syncs()).isEqualTo(1);
  }

  @Test
  void growthThatWasNotSyncedIsLostToo() throws DiskException {
    disk.write("wal", 1024, fill(600, 3));
    assertThat(disk.size("wal")).isEqualTo(1624);
    disk.crash();
    assertThat(disk.size("wal")).isEqualTo(1024);
    disk.write("wal", 1024, fill(600, 3));
    disk.sync("wal");
    disk.crash();
    assertThat(disk.size("wal")).isEqualTo(1624);
  }

  @Test
  void aKeptSectorBehindALostOneLeavesZeros() throws DiskException {
    for (int seed = 0; seed < 50; seed++) {
      VirtualDisk half = with(new Ratio(1, 2), Ratio.ZERO, 1 << 20, seed);
      half.create("f", 0);
      half.write("f", 0, fill(1024, 5));
      half.crash();
      if (half.size("f") == 1024 && half.lostSectors() == 1) {
        assertThat(half.read("f", 0, 512)).isEqualTo(fill(512, 0));
        assertThat(half.read("f", 512, 512)).isEqualTo(fill(512, 5));
        return;
      }
    }
    throw new AssertionError("no seed kept only the second sector");
  }

  @Test
  void tearsASectorBetweenOldAndNew() throws DiskException {
    VirtualDisk torn = with(ALWAYS, ALWAYS, 1 << 20, 5);
    torn.create("f", 512);
    torn.write("f", 0, fill(512, 1));
    torn.sync("f");
    torn.write("f", 0, fill(512, 2));
    torn.crash();
    Bytes left = torn.read("f", 0, 512);
    assertThat(torn.tornSectors()).isEqualTo(1);
    assertThat(left.at(0)).isEqualTo((byte) 2);
    assertThat(left.at(511)).isEqualTo((byte) 1);
  }

  @Test
  void aFailedSyncNeverComesBack() throws DiskException {
    disk.write("wal", 0, fill(512, 1));
    disk.failSyncs(1);
    assertThatThrownBy(() -> disk.sync("wal"))
        .isInstanceOfSatisfying(
            DiskException.class, e -> assertThat(e.kind()).isEqualTo(DiskException.Kind.FAILED));
    disk.sync("wal");
    assertThat(disk.read("wal", 0, 512)).isEqualTo(fill(512, 1));
    disk.crash();
    assertThat(disk.read("wal", 0, 512)).isEqualTo(fill(512, 0));
  }

  @Test
  void aLyingDiskKeepsNothing() throws DiskException {
    disk.lieAboutSyncs();
    disk.write("wal", 0, fill(512, 1));
    disk.sync("wal");
    disk.crash();
    assertThat(disk.read("wal", 0, 512)).isEqualTo(fill(512, 0));
  }

  @Test
  void aFullDiskSaysSoAndRecovers() throws DiskException {
    VirtualDisk small = with(ALWAYS, Ratio.ZERO, 1000, 1);
    small.create("a", 600);
    assertThatThrownBy(() -> small.create("b", 600))
        .isInstanceOfSatisfying(
            DiskException.class, e -> assertThat(e.kind()).isEqualTo(DiskException.Kind.FULL));
    assertThatThrownBy(() -> small.write("a", 600, fill(500, 1))).hasMessageContaining("no room");
    small.delete("a");
    small.create("b", 600);
    small.full(true);
    assertThatThrownBy(() -> small.write("b", 600, fill(1, 1))).hasMessageContaining("no room");
    small.write("b", 0, fill(600, 1));
    small.full(false);
    small.write("b", 600, fill(1, 1));
    assertThat(small.list()).containsExactly("b");
  }

  @Test
  void renamesOverAnotherFile() throws DiskException {
    disk.create("new", 512);
    disk.write("new", 0, fill(1, 9));
    disk.rename("new", "wal");
    assertThat(disk.list()).containsExactly("wal");
    assertThat(disk.size("wal")).isEqualTo(512);
    disk.rename("wal", "other");
    assertThat(disk.list()).containsExactly("other");
  }

  @Test
  void flipsABitForGood() throws DiskException {
    disk.flipBit("wal", 3, 1);
    disk.crash();
    assertThat(disk.read("wal", 3, 1)).isEqualTo(fill(1, 2));
    assertThatThrownBy(() -> disk.flipBit("wal", 1024, 0)).hasMessageContaining("no byte");
    assertThatThrownBy(() -> disk.flipBit("wal", -1, 0)).hasMessageContaining("no byte");
  }

  @Test
  void refusesWhatIsNotThere() {
    assertThatThrownBy(() -> disk.read("wal", 1000, 25)).hasMessageContaining("1024 bytes");
    assertThatThrownBy(() -> disk.read("wal", -1, 2)).hasMessageContaining("at -1");
    assertThatThrownBy(() -> disk.read("wal", 0, -2)).hasMessageContaining("asked for -2");
    assertThatThrownBy(() -> disk.create("wal", 1)).hasMessageContaining("exists");
    assertThatThrownBy(() -> disk.sync("none"))
        .isInstanceOfSatisfying(
            DiskException.class, e -> assertThat(e.kind()).isEqualTo(DiskException.Kind.MISSING));
  }

  @Test
  void writesOfNothingChangeNothing() throws DiskException {
    disk.write("wal", 10, Bytes.EMPTY);
    assertThat(disk.dirtySectors()).isZero();
  }

  @Test
  void aSlowDiskTakesAsLongAsAsked() {
    assertThat(disk.syncMicros()).isEqualTo(500);
    disk.slowSyncs(9_000);
    assertThat(disk.syncMicros()).isEqualTo(9_000);
  }

  @Test
  void wipeRemovesEverything() {
    disk.wipe();
    assertThat(disk.list()).isEmpty();
  }

  @Test
  void drawnDisksTakeEightyToAHundredPercent() {
    for (int seed = 0; seed < 100; seed++) {
      DiskOptions options = DiskOptions.draw(new Prng(seed));
      assertThat(options.crashTakes().numerator()).isBetween(80, 100);
      VirtualDisk drawn = new VirtualDisk(options, new Prng(seed));
      assertThat(drawn.syncMicros()).isBetween(options.syncMicrosMin(), options.syncMicrosMax());
    }
  }

  /** Four sectors, each made safe by a sync of its own. */
  private void fillsFourSectors() throws DiskException {
    disk = new VirtualDisk(DiskOptions.PLAIN, new Prng(1));
    disk.create("log", 2048);
    for (int sector = 0; sector < 4; sector++) {
      disk.write("log", sector * 512L, fill(512, sector + 1));
      disk.sync("log");
      disk.sync("log");
    }
  }

  @Test
  void rotFlipsOneBitOfWhatTwoLaterSyncsStandBehind() throws DiskException {
    for (int seed = 0; seed < 50; seed++) {
      fillsFourSectors();
      assertThat(disk.rot(new Prng(seed))).isTrue();
      int bits = 0;
      for (int at = 0; at < 2048; at++) {
        int changed = (disk.read("log", at, 1).at(0) ^ (at / 512 + 1)) & 0xFF;
        bits += Integer.bitCount(changed);
        assertThat(changed == 0 || at < 1024).isTrue();
      }
      assertThat(bits).isEqualTo(1);
    }
  }

  @Test
  void aMisdirectedWriteIsMissingWhereItWasMeantAndHitsWhatIsOlder() throws DiskException {
    for (int seed = 0; seed < 50; seed++) {
      fillsFourSectors();
      boolean hit = disk.misdirect(new Prng(seed));
      Bytes first = disk.read("log", 0, 512);
      Bytes second = disk.read("log", 512, 512);
      // Only the second sector has an older one to land on.
      boolean misplaced = first.equals(fill(512, 2)) && second.equals(fill(512, 0));
      boolean whole = first.equals(fill(512, 1)) && second.equals(fill(512, 2));
      assertThat(hit ? misplaced : whole).isTrue();
      assertThat(disk.read("log", 1024, 1024).slice(0, 512)).isEqualTo(fill(512, 3));
    }
  }

  @Test
  void mediaFaultsFindNothingOnAYoungDisk() throws DiskException {
    disk.write("wal", 0, fill(512, 1));
    disk.sync("wal");
    assertThat(disk.rot(new Prng(1))).isFalse();
    assertThat(disk.misdirect(new Prng(1))).isFalse();
  }

  @Test
  void whatACrashKeptIsNoYoungerThanTheLastSync() throws DiskException {
    disk = with(Ratio.ZERO, Ratio.ZERO, 1 << 20, 3);
    disk.create("log", 1536);
    disk.write("log", 0, fill(512, 1));
    disk.crash();
    for (int sector = 1; sector < 3; sector++) {
      assertThat(disk.rot(new Prng(1))).isFalse();
      disk.write("log", sector * 512L, fill(512, 2));
      disk.sync("log");
    }
    disk.write("log", 0, fill(1, 9));
    assertThat(disk.rot(new Prng(1))).as("the only old sector is dirty").isFalse();
  }
}
