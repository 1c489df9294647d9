package org.volvox.consensus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.volvox.consensus.log.Logs.FIRST;
import static org.volvox.consensus.log.Logs.SMALL;
import static org.volvox.consensus.log.Logs.appendAndSync;
import static org.volvox.consensus.log.Logs.damage;
import static org.volvox.consensus.log.Logs.entry;
import static org.volvox.consensus.log.Logs.entryOf;
import static org.volvox.consensus.log.Logs.open;
import static org.volvox.consensus.log.Logs.state;
import static org.volvox.consensus.log.Logs.tail;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;

/** Torn ends are cut, damage to what was acknowledged is said; consensus.md section 5, rows 5-8. */
class WalDamageTest {
  private static final int SECTOR = Disk.SECTOR_BYTES;

  /** A head, a mark, then frames of one sector with entries 1 to 4; frame of entry i at i+1. */
  private static TestDisk fourEntries() throws DiskException {
    TestDisk disk = new TestDisk();
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 4; i++) {
      appendAndSync(wal, entry(1, i, "payload " + i));
    }
    return disk;
  }

  private static int frameOf(int entry) {
    return entry * SECTOR;
  }

  @Test
  void cutsTheLastFrameAtEveryByte() throws DiskException {
    TestDisk disk = fourEntries();
    int start = frameOf(4);
    int used = Frame.HEADER_BYTES + 47 + 26 + "payload 4".length();
    for (int cut = 0; cut < used; cut++) {
      TestDisk zeroed = disk.copy();
      Arrays.fill(zeroed.raw(FIRST), start + cut, start + SECTOR, (byte) 0);
      checkCut(zeroed, cut > 0);
      TestDisk shorter = disk.copy();
      shorter.replace(FIRST, Arrays.copyOf(disk.raw(FIRST), start + cut));
      checkCut(shorter, cut > 0);
      TestDisk foul = disk.copy();
      Arrays.fill(foul.raw(FIRST), start + cut, start + SECTOR, (byte) 0xA5);
      checkCut(foul, true);
    }
  }

  private static void checkCut(TestDisk disk, boolean reported) throws DiskException {
    Opened.Ready ready = open(disk);
    assertThat(tail(ready)).containsExactly("1@1=payload 1", "2@1=payload 2", "3@1=payload 3");
    assertThat(ready.cut().isPresent()).isEqualTo(reported);
    appendAndSync(ready.wal(), entry(2, 4, "again"));
    assertThat(tail(open(disk))).endsWith("3@1=payload 3", "4@2=again");
  }

  @Test
  void sayEveryDamagedByteOfAMiddleFrameAndChangeNothing() throws DiskException {
    TestDisk disk = fourEntries();
    int used = Frame.HEADER_BYTES + 47 + 26 + "payload 2".length();
    for (int at = 0; at < used; at++) {
      TestDisk flipped = disk.copy();
      flipped.raw(FIRST)[frameOf(2) + at] ^= 1;
      byte[] before = flipped.raw(FIRST).clone();
      WalDamage damage = damage(flipped);
      assertThat(damage.segment()).isEqualTo(FIRST);
      assertThat(damage.offset()).isEqualTo(frameOf(2));
      assertThat(damage.text()).contains(FIRST).contains("byte " + frameOf(2));
      assertThat(flipped.raw(FIRST)).isEqualTo(before);
      assertThat(flipped.list()).isEqualTo(disk.list());
    }
    TestDisk padding = disk.copy();
    padding.raw(FIRST)[frameOf(2) + used] ^= 1;
    assertThat(tail(open(padding))).hasSize(4);
  }

  @Test
  void zeroedMiddleSectorIsDamage() throws DiskException {
    TestDisk disk = fourEntries();
    Arrays.fill(disk.raw(FIRST), frameOf(3), frameOf(4), (byte) 0);
    assertThat(damage(disk).why()).contains("frame 4 was durable");
  }

  @Test
  void damagedLastFrameIsCutWithoutAMarkAndSaidWithOne() throws DiskException {
    TestDisk disk = new TestDisk();
    Wal wal = open(disk).wal();
    appendAndSync(wal, entry(1, 1, "a"));
    TestDisk unmarked = disk.copy();
    unmarked.raw(FIRST)[frameOf(1) + 70] ^= 1;
    assertThat(tail(open(unmarked))).isEmpty();
    wal.idle();
    disk.raw(FIRST)[frameOf(1) + 70] ^= 1;
    assertThat(damage(disk).offset()).isEqualTo(frameOf(1));
  }

  @Test
  void framesOfOneSyncAreCutTogether() throws DiskException {
    TestDisk disk = fourEntries();
    Wal wal = open(disk).wal(); // Writes a mark at entry 5's place.
    wal.append(List.of(entry(2, 5, "x")));
    wal.append(List.of(entry(2, 6, "y")));
    wal.append(List.of(entry(2, 7, "z")));
    disk.raw(FIRST)[frameOf(6) + 70] ^= 1;
    Opened.Ready ready = open(disk);
    assertThat(tail(ready)).hasSize(4);
    assertThat(ready.cut()).contains(new Opened.Cut(FIRST, frameOf(6), 3));
    // The frame behind the cut must not come back behind a new one in its old place.
    assertThat(tail(open(disk))).hasSize(4);
  }

  @Test
  void tornFrameOfManySectorsIsCutWhicheverAreLost() throws DiskException {
    TestDisk disk = fourEntries();
    Wal wal = open(disk).wal();
    wal.append(List.of(entryOf(1, 1, 5, Bytes.wrap(filled(1500)))));
    for (int lost = 1; lost < 15; lost++) {
      TestDisk torn = disk.copy();
      for (int sector = 0; sector < 4; sector++) {
        if ((lost & 1 << sector) != 0) {
          int from = frameOf(6) + sector * SECTOR;
          Arrays.fill(torn.raw(FIRST), from, from + SECTOR, (byte) 0);
        }
      }
      boolean hurt = lost != 8; // The fourth sector has only the end of the payload and padding.
      assertThat(tail(open(torn))).hasSize(hurt || usedInFourth() ? 4 : 5);
    }
  }

  private static boolean usedInFourth() {
    return Frame.HEADER_BYTES + 47 + 26 + 1500 > 3 * SECTOR;
  }

  @Test
  void misdirectedWriteIsDamage() throws DiskException {
    TestDisk disk = fourEntries();
    byte[] raw = disk.raw(FIRST);
    System.arraycopy(raw, frameOf(3), raw, frameOf(2), SECTOR);
    assertThat(damage(disk).why()).contains("written for segment 1, byte " + frameOf(3));
  }

  @Test
  void sealedSegmentsAreNeverCut() throws DiskException {
    TestDisk disk = manySegments();
    List<String> files = disk.list();
    for (String file : files.subList(0, files.size() - 1)) {
      TestDisk sealGone = disk.copy();
      byte[] raw = sealGone.raw(file);
      Arrays.fill(raw, lastUsedSector(raw), raw.length, (byte) 0);
      assertThat(damage(sealGone).segment()).isEqualTo(file);
      TestDisk headGone = disk.copy();
      Arrays.fill(headGone.raw(file), 0, SECTOR, (byte) 0);
      assertThat(damage(headGone).segment()).isEqualTo(file);
      TestDisk fileGone = disk.copy();
      fileGone.delete(file);
      assertThat(damage(fileGone).text()).contains("missing");
    }
    TestDisk lastGone = disk.copy();
    lastGone.delete(files.getLast());
    assertThat(damage(lastGone).why()).contains("missing");
  }

  @Test
  void headOfANewSegmentMayBeTorn() throws DiskException {
    TestDisk disk = manySegments();
    String last = disk.list().getLast();
    Arrays.fill(disk.raw(last), 0, disk.raw(last).length, (byte) 0);
    Opened.Ready ready = open(disk);
    int found = tail(ready).size();
    assertThat(found).isPositive();
    appendAndSync(ready.wal(), entry(1, found + 1, "on"));
    assertThat(tail(open(disk))).hasSize(found + 1);
  }

  @Test
  void nextSegmentMadeBeforeTheSealIsThrownAway() throws DiskException {
    TestDisk disk = fourEntries();
    disk.create("wal-0000000000000002", SMALL.segmentBytes());
    assertThat(tail(open(disk))).hasSize(4);
    assertThat(disk.list()).containsExactly(FIRST);
    disk.create("wal-garbage", 1);
    disk.create("wal-00000000000000gg", 1);
    assertThat(tail(open(disk))).hasSize(4);
  }

  @Test
  void headOfTheOldestSegmentAfterAPurgeIsDamage() throws DiskException {
    TestDisk disk = manySegments();
    Wal wal = open(disk).wal();
    wal.purge(new WalRecord.Purge(1, new LogIndex(30), new Term(1)));
    String oldest = disk.list().getFirst();
    disk.raw(oldest)[10] ^= 1;
    assertThat(damage(disk).why()).contains("purged");
  }

  @Test
  void anotherNodesLogAndANewerVersionAreNotRead() throws DiskException {
    TestDisk disk = fourEntries();
    Opened other = Wal.open(disk, new WalConfig(0xABC, 8192, 0));
    assertThat(((Opened.Damaged) other).damage().text()).contains("abc").contains("own folder");
    byte[] raw = disk.raw(FIRST);
    raw[4] = 3;
    int crc = Bytes.wrap(raw, 0, Frame.HEADER_BYTES - 4).crc32c();
    new ByteWriter().u32(crc).toBytes().copyTo(0, raw, Frame.HEADER_BYTES - 4, 4);
    assertThat(damage(disk).text()).contains("version 3").contains("newer version");
  }

  @Test
  void soundFramesThatMakeNoSenseAreDamage() throws DiskException {
    checkForged(Frame.Kind.DATA, 3, 0, "kind DATA is out of place", 0);
    checkForged(Frame.Kind.HEAD, 2, 0, "kind HEAD is out of place", SECTOR);
    checkForged(Frame.Kind.MARK, 9, 0, "frame 9 is where frame 2 should be", SECTOR);
    checkForged(Frame.Kind.MARK, 2, 1, "frame of 0 records, not 1", SECTOR);
  }

  private static void checkForged(Frame.Kind kind, long number, int records, String why, int at)
      throws DiskException {
    TestDisk disk = fourEntries();
    long own = at == 0 ? 1 : number;
    Frame forged =
        new Frame(1, kind, SMALL.logId(), 1, at, own, 0, 0, records, Bytes.EMPTY.crc32c());
    forged.encode(Bytes.EMPTY).copyTo(0, disk.raw(FIRST), at, SECTOR);
    assertThat(damage(disk).why()).contains(why);
  }

  @Test
  void holesInTheLogAreDamage() throws DiskException {
    TestDisk disk = fourEntries();
    ByteWriter payload = new ByteWriter();
    entry(1, 9, "hole").encode(payload);
    forge(disk, 5 * SECTOR, 6, payload.toBytes());
    assertThat(damage(disk).why()).contains("entry 9");
    ByteWriter head = new ByteWriter();
    new WalRecord.Checkpoint(
            1,
            org.volvox.consensus.raft.HardState.INITIAL,
            LogIndex.ZERO,
            Term.ZERO,
            new LogIndex(7),
            new Term(1))
        .encode(head);
    forge(disk, 5 * SECTOR, 6, head.toBytes());
    assertThat(damage(disk).why()).contains("before it was");
    forge(disk, 5 * SECTOR, 6, Bytes.wrap(new byte[] {99, 0, 0, 0, 0}));
    assertThat(damage(disk).text()).contains("unknown type 99").contains("version that wrote it");
  }

  private static void forge(TestDisk disk, int at, long number, Bytes payload) {
    Frame frame =
        new Frame(
            Frame.VERSION_SILENT,
            Frame.Kind.DATA,
            SMALL.logId(),
            1,
            at,
            number,
            number - 1,
            payload.length(),
            1,
            payload.crc32c());
    frame.encode(payload).copyTo(0, disk.raw(FIRST), at, SECTOR);
  }

  @Test
  void logThatEndsBeforeTheStateIsDamage() throws DiskException {
    TestDisk disk = fourEntries();
    RaftWal.Start start =
        RaftWal.open(
            disk,
            SMALL,
            1,
            new StateAt(new LogIndex(5), new Term(1), new LogIndex(5), Optional.empty()));
    assertThat(((RaftWal.Start.Damaged) start).damage().text())
        .contains("ends at entry 4, but it had entry 5");
    disk.raw(FIRST)[0] ^= 1;
    assertThat(RaftWal.open(disk, SMALL, 1, StateAt.NOTHING))
        .isInstanceOf(RaftWal.Start.Damaged.class);
  }

  @Test
  void damageFoundWhileReadingIsSaid() throws DiskException {
    TestDisk disk = fourEntries();
    Wal wal = open(disk).wal();
    disk.raw(FIRST)[frameOf(3) + 70] ^= 1;
    ReadResult result = wal.read(1, new LogIndex(1), new LogIndex(4), 1000);
    assertThat(((ReadResult.Damaged) result).damage().offset()).isEqualTo(frameOf(3));
    disk.raw(FIRST)[frameOf(1) + 8] ^= 1;
    int crc = Bytes.wrap(disk.raw(FIRST), frameOf(1), Frame.HEADER_BYTES - 4).crc32c();
    new ByteWriter()
        .u32(crc)
        .toBytes()
        .copyTo(0, disk.raw(FIRST), frameOf(1) + Frame.HEADER_BYTES - 4, 4);
    assertThat(wal.read(1, new LogIndex(1), new LogIndex(4), 1000))
        .isInstanceOf(ReadResult.Damaged.class);
  }

  private static TestDisk manySegments() throws DiskException {
    TestDisk disk = new TestDisk();
    Wal wal = open(disk).wal();
    for (int i = 1; i <= 60; i++) {
      appendAndSync(wal, state(1, 1), entry(1, i, "p" + i));
    }
    return disk;
  }

  private static int lastUsedSector(byte[] raw) {
    int at = raw.length - SECTOR;
    while (raw[at] == 0) {
      at -= SECTOR;
    }
    return at;
  }

  private static byte[] filled(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 7);
    return bytes;
  }

  @Test
  void configIsChecked() {
    for (int bytes : new int[] {0, 1024, 8193}) {
      assertThat(refused(() -> new WalConfig(1, bytes, 0))).isTrue();
    }
    assertThat(refused(() -> new WalConfig(1, 8192, -1))).isTrue();
    assertThat(WalConfig.ofNode(5).segmentBytes()).isEqualTo(16 << 20);
    assertThat(Optional.of(new Place(1, 2)).filter(p -> p.compareTo(new Place(1, 3)) < 0))
        .isPresent();
  }

  private static boolean refused(Runnable action) {
    try {
      action.run();
      return false;
    } catch (IllegalArgumentException expected) {
      return true;
    }
  }
}
