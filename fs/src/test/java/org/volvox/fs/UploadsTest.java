package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.SessionId;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.BlockPage;
import org.volvox.base.syscall.BlockRange;
import org.volvox.base.syscall.DeadBlock;
import org.volvox.base.syscall.DeadPage;
import org.volvox.base.syscall.Extent;
import org.volvox.base.syscall.ExtentPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.FileStat;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.Result;
import org.volvox.base.syscall.Status;
import org.volvox.base.syscall.StoredBlock;
import org.volvox.base.syscall.SweepReport;
import org.volvox.base.syscall.UploadRow;

class UploadsTest {
  private static final int BLOCK = Volume.BLOCK;
  private static final NodeId N1 = Volume.N1;
  private static final NodeId N2 = Volume.N2;
  private final Volume volume = new Volume();

  @BeforeEach
  void threeNodes() {
    volume.setNodes(Volume.NODES);
  }

  private void waitForGrace() {
    volume.wallMillis += FileLimits.GRACE_MILLIS;
  }

  private Status open(String path, long size, Bytes token) {
    return volume.status(new FileCall.OpenUpload(path, size, token));
  }

  private Status finish(long upload) {
    return volume.status(new FileCall.FinishUpload(upload, Volume.DIGEST));
  }

  @Test
  void aFileOfMoreThan4GiBBecomesVisibleAtOnce() {
    int blocks = 1100;
    UploadRow upload = volume.beginUpload("/big", (long) blocks * BLOCK);
    for (int done = 0; done < blocks; done += 100) {
      BlockRange range = volume.allocate(upload.upload(), 100);
      Result appended =
          volume.append(upload.upload(), (long) done * BLOCK, volume.stored(range, 0, 100, BLOCK));
      assertThat(appended.isOk()).isTrue();
      assertThat(volume.statStatus("/big")).isEqualTo(Status.NOT_FOUND);
    }
    assertThat(finish(upload.upload())).isEqualTo(Status.OK);
    FileStat stat = volume.stat("/big");
    assertThat(stat.size()).isEqualTo((long) blocks * BLOCK);
    assertThat(volume.open("/big").extents()).hasSize(blocks);
    assertThat(volume.heldBy(N1).blocks()).hasSize(blocks);
    Bytes body = Volume.ok(volume.ask(new FileAsk.Extents(stat.inode(), 7L * BLOCK + 5, 2)));
    ExtentPage page = Volume.must(() -> ExtentPage.decode(body));
    assertThat(page.extents()).extracting(Extent::offset).containsExactly(7L * BLOCK, 8L * BLOCK);
    assertThat(page.more()).isTrue();
    Bytes end = Volume.ok(volume.ask(new FileAsk.Extents(stat.inode(), stat.size(), 2)));
    assertThat(Volume.must(() -> ExtentPage.decode(end)).extents()).isEmpty();
    waitForGrace();
    volume.sweep(1000);
    assertThat(volume.dead().blocks()).isEmpty();
    assertThat(volume.rows('w')).isZero();
  }

  @Test
  void anUploadKnowsHowFarItIs() {
    UploadRow upload = volume.beginUpload("/f", 10);
    BlockRange range = volume.allocate(upload.upload(), 2);
    volume.append(upload.upload(), 0, volume.stored(range, 0, 1, 6));
    Bytes body = Volume.ok(volume.ask(new FileAsk.Upload(upload.upload())));
    assertThat(Volume.must(() -> UploadRow.decode(body)))
        .isEqualTo(new UploadRow(upload.upload(), "/f", Volume.ALICE, 10, 6));
    assertThat(finish(upload.upload())).isEqualTo(Status.INVALID);
    assertThat(volume.append(upload.upload(), 0, volume.stored(range, 1, 2, 4)).status())
        .isEqualTo(Status.STALE);
    assertThat(volume.append(upload.upload(), 6, volume.stored(range, 1, 2, 5)).status())
        .isEqualTo(Status.TOO_LARGE);
    assertThat(volume.append(upload.upload(), 6, volume.stored(range, 1, 2, 4)).isOk()).isTrue();
    assertThat(volume.status(new FileCall.FinishUpload(upload.upload(), Bytes.utf8("short"))))
        .isEqualTo(Status.INVALID);
    assertThat(finish(upload.upload())).isEqualTo(Status.OK);
    assertThat(finish(upload.upload())).isEqualTo(Status.NOT_FOUND);
    assertThat(volume.ask(new FileAsk.Upload(upload.upload())).status())
        .isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void anotherSessionWithTheTokenTakesAnUploadUp() {
    UploadRow upload = volume.beginUpload("/f", 10);
    BlockRange range = volume.allocate(upload.upload(), 3);
    volume.append(upload.upload(), 0, volume.stored(range, 0, 1, 6));
    FileCall.OpenUpload again = new FileCall.OpenUpload("/f", 10, Volume.TOKEN);
    Bytes body = Volume.ok(volume.call(Volume.BOB, again));
    assertThat(Volume.must(() -> UploadRow.decode(body)))
        .isEqualTo(new UploadRow(upload.upload(), "/f", Volume.BOB, 10, 6));
    assertThat(volume.append(upload.upload(), 6, volume.stored(range, 1, 2, 4)).status())
        .isEqualTo(Status.STALE);
    Bytes newRange =
        Volume.ok(volume.call(Volume.BOB, new FileCall.AllocateBlocks(upload.upload(), 1)));
    BlockRange bobs = Volume.must(() -> BlockRange.decode(newRange));
    List<StoredBlock> mixed = new ArrayList<>(volume.stored(range, 1, 2, 2));
    mixed.addAll(volume.stored(bobs, 0, 1, 2));
    FileCall append = new FileCall.AppendExtents(upload.upload(), 6, 1, mixed);
    assertThat(volume.call(Volume.BOB, append).isOk()).isTrue();
    FileCall finish = new FileCall.FinishUpload(upload.upload(), Volume.DIGEST);
    assertThat(volume.call(Volume.BOB, finish).isOk()).isTrue();
    // The end of the first session does not touch it.
    volume.endSession(Volume.ALICE);
    waitForGrace();
    volume.sweep(100);
    assertThat(volume.open("/f").extents()).hasSize(3);
    assertThat(volume.dead().blocks()).extracting(DeadBlock::block).containsExactly(range.block(2));
  }

  @Test
  void aTokenCountsForTheSameFileOnly() {
    long first = volume.beginUpload("/f", 10).upload();
    assertThat(volume.beginUpload("/f", 10).upload()).isEqualTo(first);
    long second = volume.beginUpload("/f", 11).upload();
    assertThat(second).isNotEqualTo(first);
    assertThat(volume.beginUpload("/g", 11).upload()).isNotEqualTo(second);
    assertThat(volume.status(new FileCall.AbortUpload(first))).isEqualTo(Status.OK);
    assertThat(volume.rows('t')).isEqualTo(1);
  }

  @Test
  void anUploadWhoseSessionEndedWaitsForTheNext() {
    UploadRow upload = volume.beginUpload("/f", 10);
    BlockRange range = volume.allocate(upload.upload(), 2);
    volume.append(upload.upload(), 0, volume.stored(range, 0, 1, 6));
    volume.endSession(Volume.ALICE);
    assertThat(volume.append(upload.upload(), 6, volume.stored(range, 1, 2, 4)).status())
        .isEqualTo(Status.STALE);
    volume.wallMillis += FileLimits.GRACE_MILLIS - 1;
    assertThat(volume.sweep(10)).isZero();
    FileCall.OpenUpload again = new FileCall.OpenUpload("/f", 10, Volume.TOKEN);
    assertThat(volume.call(Volume.BOB, again).isOk()).isTrue();
    waitForGrace();
    volume.sweep(10);
    assertThat(volume.ask(new FileAsk.Upload(upload.upload())).isOk()).isTrue();
    // Orphaned a second time, and never taken up again.
    volume.endSession(Volume.BOB);
    waitForGrace();
    volume.sweep(10);
    assertThat(volume.ask(new FileAsk.Upload(upload.upload())).status())
        .isEqualTo(Status.NOT_FOUND);
    waitForGrace();
    volume.sweep(10);
    assertThat(volume.dead().blocks())
        .extracting(DeadBlock::block)
        .containsExactlyInAnyOrder(range.block(0), range.block(1));
    assertThat(volume.heldBy(N1).blocks()).isEmpty();
    for (char table : new char[] {'e', 'b', 'u', 't', 's', 'w', 'g'}) {
      assertThat(volume.rows(table)).as("table " + table).isZero();
    }
  }

  @Test
  void blocksOnTooFewOfTheirHoldersAreRefused() {
    UploadRow upload = volume.beginUpload("/f", 10);
    BlockRange range = volume.allocate(upload.upload(), 1);
    StoredBlock onOne = new StoredBlock(range.block(0), 10, 0, List.of(N1));
    assertThat(volume.append(upload.upload(), 0, List.of(onOne)).status())
        .isEqualTo(Status.STALE_PLACEMENT);
    StoredBlock elsewhere = new StoredBlock(range.block(0), 10, 0, List.of(N1, N1, new NodeId(9)));
    assertThat(volume.append(upload.upload(), 0, List.of(elsewhere)).status())
        .isEqualTo(Status.STALE_PLACEMENT);
    StoredBlock onTwo = new StoredBlock(range.block(0), 10, 0, List.of(N1, N2));
    assertThat(volume.append(upload.upload(), 0, List.of(onTwo)).isOk()).isTrue();
  }

  @Test
  void noBlockIsRecordedWithoutAnyNode() {
    Volume fresh = new Volume();
    UploadRow upload = fresh.beginUpload("/f", 10);
    BlockRange range = fresh.allocate(upload.upload(), 1);
    StoredBlock stored = new StoredBlock(range.block(0), 10, 0, List.of(N1));
    assertThat(fresh.append(upload.upload(), 0, List.of(stored)).status())
        .isEqualTo(Status.STALE_PLACEMENT);
  }

  @Test
  void onlyBlocksThatTheUploadTookAreRecordedAndEachOnce() {
    UploadRow upload = volume.beginUpload("/f", 100);
    BlockRange range = volume.allocate(upload.upload(), 2);
    StoredBlock other =
        new StoredBlock(BlockRange.blockId(Volume.ALICE, range.first() + 2), 10, 0, Volume.NODES);
    StoredBlock foreign =
        new StoredBlock(BlockRange.blockId(Volume.BOB, range.first()), 10, 0, Volume.NODES);
    StoredBlock wrongGroup =
        new StoredBlock(new BlockId(9, 101, range.first()), 10, 0, Volume.NODES);
    for (StoredBlock block : List.of(other, foreign, wrongGroup)) {
      assertThat(volume.append(upload.upload(), 0, List.of(block)).status())
          .isEqualTo(Status.INVALID);
    }
    StoredBlock mine = volume.stored(range, 0, 1, 10).getFirst();
    assertThat(volume.append(upload.upload(), 0, List.of(mine, mine)).status())
        .isEqualTo(Status.EXISTS);
    assertThat(volume.append(upload.upload(), 0, List.of(mine)).isOk()).isTrue();
    assertThat(volume.append(upload.upload(), 10, List.of(mine)).status()).isEqualTo(Status.EXISTS);
    assertThat(volume.append(upload.upload(), 10, List.of()).status()).isEqualTo(Status.INVALID);
    for (int length : new int[] {0, -1, BLOCK + 1}) {
      assertThat(volume.append(upload.upload(), 10, volume.stored(range, 1, 2, length)).status())
          .isEqualTo(Status.INVALID);
    }
    long none = volume.beginUpload("/g", 10).upload();
    assertThat(volume.append(none, 0, List.of(mine)).status()).isEqualTo(Status.INVALID);
    List<StoredBlock> many = new ArrayList<>();
    for (int i = 0; i <= FileLimits.APPEND_MAX; i++) {
      many.add(mine);
    }
    assertThat(volume.append(none, 0, many).status()).isEqualTo(Status.INVALID);
  }

  @Test
  void uploadsThatCannotBeAreRefused() {
    volume.mkdir("/d");
    assertThat(open("/d", 10, Volume.TOKEN)).isEqualTo(Status.IS_DIRECTORY);
    assertThat(open("/no/f", 10, Volume.TOKEN)).isEqualTo(Status.NOT_FOUND);
    assertThat(open("/f", -1, Volume.TOKEN)).isEqualTo(Status.TOO_LARGE);
    assertThat(open("/f", Long.MAX_VALUE, Volume.TOKEN)).isEqualTo(Status.TOO_LARGE);
    assertThat(open("/f", 1, Bytes.EMPTY)).isEqualTo(Status.INVALID);
    assertThat(open("/f", 1, Bytes.wrap(new byte[65]))).isEqualTo(Status.INVALID);
    FileCall call = new FileCall.OpenUpload("/f", 1, Volume.TOKEN);
    assertThat(volume.call(SessionId.NONE, call).status()).isEqualTo(Status.SESSION_EXPIRED);
    assertThat(volume.status(new FileCall.AllocateBlocks(99, 1))).isEqualTo(Status.NOT_FOUND);
    assertThat(volume.status(new FileCall.AbortUpload(99))).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void uploadsAndUnusedIdsAreBounded() {
    long upload = volume.beginUpload("/f", 1).upload();
    assertThat(volume.status(new FileCall.AllocateBlocks(upload, 0))).isEqualTo(Status.INVALID);
    assertThat(volume.status(new FileCall.AllocateBlocks(upload, FileLimits.ALLOCATE_MAX + 1)))
        .isEqualTo(Status.INVALID);
    for (int i = 0; i < 4; i++) {
      volume.allocate(upload, FileLimits.ALLOCATE_MAX);
    }
    assertThat(volume.status(new FileCall.AllocateBlocks(upload, 1))).isEqualTo(Status.BUSY);
    for (int i = 1; i < Uploads.PER_SESSION_MAX; i++) {
      assertThat(open("/f", 1, Bytes.utf8("t" + i))).isEqualTo(Status.OK);
    }
    assertThat(open("/f", 1, Bytes.utf8("one more"))).isEqualTo(Status.BUSY);
    assertThat(open("/f", 1, Bytes.utf8("t5"))).isEqualTo(Status.OK);
  }

  @Test
  void aReplacedFileStaysReadableForAWhileAndThenItsBlocksDie() {
    FileStat first = volume.upload("/f", 3);
    volume.wallMillis += 1000;
    volume.upload("/f", 2);
    assertThat(volume.heldBy(N1).blocks()).hasSize(5);
    assertThat(volume.ask(new FileAsk.Extents(first.inode(), 0, 10)).isOk()).isTrue();
    volume.wallMillis += FileLimits.GRACE_MILLIS - 1;
    volume.sweep(2);
    assertThat(volume.heldBy(N1).blocks()).hasSize(5);
    assertThat(due(volume.wallMillis)).isFalse();
    assertThat(due(volume.wallMillis + 1)).isTrue();
    volume.wallMillis += 1;
    volume.sweep(2);
    assertThat(volume.heldBy(N1).blocks()).hasSize(2);
    assertThat(volume.dead().blocks()).hasSize(3);
    assertThat(volume.open("/f").extents()).hasSize(2);
    assertThat(volume.ask(new FileAsk.Extents(first.inode(), 0, 10)).status())
        .isEqualTo(Status.NOT_FOUND);
  }

  private boolean due(long wallMillis) {
    Bytes body = Volume.ok(volume.ask(new FileAsk.QueueDue(new WallTime(wallMillis))));
    return Volume.must(() -> SweepReport.decode(body)).more();
  }

  @Test
  void deadBlocksStayListedUntilEveryNodeHasDeletedThem() {
    volume.upload("/f", 5);
    volume.status(new FileCall.Remove("/f", false));
    waitForGrace();
    volume.sweep(100);
    assertThat(volume.dead().blocks()).hasSize(5);
    long last = volume.dead().blocks().getLast().number();
    done(N1, last);
    done(N2, last - 2);
    assertThat(volume.dead().blocks()).hasSize(5);
    done(Volume.N3, Long.MAX_VALUE);
    assertThat(volume.dead().blocks())
        .extracting(DeadBlock::number)
        .containsExactly(last - 1, last);
    done(N2, 1);
    assertThat(volume.dead().blocks()).hasSize(2);
    Bytes body = Volume.ok(volume.ask(new FileAsk.Dead(last - 2, 1)));
    assertThat(Volume.must(() -> DeadPage.decode(body)).more()).isTrue();
    done(N2, last);
    assertThat(volume.dead().blocks()).isEmpty();
  }

  private void done(NodeId node, long through) {
    Volume.ok(volume.call(SessionId.NONE, new FileCall.DeadDone(node, through)));
  }

  @Test
  void whatANodeMustHoldIsListedInPages() {
    volume.upload("/f", 100);
    List<BlockId> blocks = new ArrayList<>();
    Optional<BlockId> after = Optional.empty();
    while (true) {
      Bytes body = Volume.ok(volume.ask(new FileAsk.HeldBy(N1, after, 7)));
      BlockPage page = Volume.must(() -> BlockPage.decode(body));
      page.blocks().forEach(held -> blocks.add(held.block()));
      if (!page.more()) {
        break;
      }
      assertThat(page.blocks()).hasSize(7);
      after = Optional.of(blocks.getLast());
    }
    assertThat(blocks).hasSize(100).isSorted().doesNotHaveDuplicates();
    assertThat(volume.heldBy(new NodeId(9)).blocks()).isEmpty();
    assertThat(volume.heldBy(N1).epoch()).isEqualTo(1);
    volume.setNodes(List.of(N1, N2, new NodeId(4), new NodeId(5)));
    assertThat(volume.heldBy(new NodeId(4)).blocks())
        .extracting(HeldBlock::block)
        .isSubsetOf(blocks)
        .hasSizeBetween(60, 90);
  }

  @Test
  void anUploadIntoADirectoryThatIsGoneFails() {
    volume.mkdir("/d");
    UploadRow upload = volume.beginUpload("/d/f", 10);
    BlockRange range = volume.allocate(upload.upload(), 1);
    volume.append(upload.upload(), 0, volume.stored(range, 0, 1, 10));
    volume.status(new FileCall.Remove("/d", false));
    assertThat(finish(upload.upload())).isEqualTo(Status.NOT_FOUND);
    volume.mkdir("/d");
    assertThat(finish(upload.upload())).isEqualTo(Status.OK);
  }

  @Test
  void anEmptyUploadIsAnEmptyFile() {
    UploadRow upload = volume.beginUpload("/f", 0);
    assertThat(finish(upload.upload())).isEqualTo(Status.OK);
    assertThat(volume.open("/f").extents()).isEmpty();
    assertThat(volume.rows('g')).isZero();
  }
}
