package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.OrderedStore;
import org.volvox.base.WallTime;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.FilePage;
import org.volvox.base.syscall.FileStat;
import org.volvox.base.syscall.Status;

class NamesTest {
  private final Volume volume = new Volume();

  private Status mkdir(String path, boolean parents) {
    return volume.status(new FileCall.Mkdir(path, parents));
  }

  private Status rename(String from, String to) {
    return volume.status(new FileCall.Rename(from, to));
  }

  private Status remove(String path, boolean recursive) {
    return volume.status(new FileCall.Remove(path, recursive));
  }

  private Status put(String path, int bytes) {
    return volume.status(new FileCall.PutInline(path, Bytes.wrap(new byte[bytes]), Volume.DIGEST));
  }

  @Test
  void theRootIsThereFromTheStart() {
    assertThat(volume.stat("/").isDirectory()).isTrue();
    assertThat(volume.names("/")).isEmpty();
    assertThat(mkdir("/", false)).isEqualTo(Status.EXISTS);
    assertThat(mkdir("/", true)).isEqualTo(Status.OK);
    assertThat(remove("/", true)).isEqualTo(Status.INVALID);
    assertThat(rename("/", "/a")).isEqualTo(Status.INVALID);
  }

  @Test
  void pathsAreWalkedAsOnUnix() {
    volume.mkdir("/a");
    volume.mkdir("/a/b");
    volume.put("/a/f", "x");
    for (String path : List.of("/a/b", "//a///b/", "/a/./b", "/../a/b", "/a/b/../b", "/a/b/.")) {
      assertThat(volume.stat(path)).as(path).isEqualTo(volume.stat("/a/b"));
    }
    assertThat(volume.stat("/a/b/../..").inode()).isEqualTo(Inode.ROOT);
    assertThat(volume.statStatus("/a/f/")).isEqualTo(Status.NOT_DIRECTORY);
    assertThat(volume.statStatus("/a/f/..")).isEqualTo(Status.NOT_DIRECTORY);
    assertThat(volume.statStatus("/a/f/x")).isEqualTo(Status.NOT_DIRECTORY);
    assertThat(volume.statStatus("/no/..")).isEqualTo(Status.NOT_FOUND);
    assertThat(volume.statStatus("/no")).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void impossiblePathsAreRefused() {
    assertThat(volume.statStatus("")).isEqualTo(Status.INVALID);
    assertThat(volume.statStatus("a")).isEqualTo(Status.INVALID);
    assertThat(volume.statStatus("/a\0b")).isEqualTo(Status.INVALID);
    String longest = "/" + "x".repeat(254) + "é".substring(0, 1);
    assertThat(mkdir(longest, false)).isEqualTo(Status.NAME_TOO_LONG);
    assertThat(volume.statStatus("/x".repeat(2049))).isEqualTo(Status.NAME_TOO_LONG);
    assertThat(volume.statStatus("/x".repeat(2048))).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void namesMayBeAnyUtf8OfUpTo255Bytes() {
    List<String> names =
        List.of("x".repeat(255), "é".repeat(127) + "x", "日本語", "a b", "\n", "...", "🦠", "-rf *");
    for (String name : names) {
      volume.put("/" + name, name);
      assertThat(volume.stat("/" + name).size())
          .isEqualTo(name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    }
    assertThat(volume.names("/")).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void mkdirMakesOneOrWithParentsAll() {
    assertThat(mkdir("/a/b/c", false)).isEqualTo(Status.NOT_FOUND);
    assertThat(mkdir("/a/b/c", true)).isEqualTo(Status.OK);
    assertThat(mkdir("/a/b/c", true)).isEqualTo(Status.OK);
    assertThat(mkdir("/a/b/c", false)).isEqualTo(Status.EXISTS);
    assertThat(mkdir("/../a/./b/../d/e/", true)).isEqualTo(Status.OK);
    assertThat(volume.names("/a")).containsExactly("b", "d");
    assertThat(mkdir("/new/../other", true)).isEqualTo(Status.NOT_FOUND);
    volume.put("/f", "x");
    assertThat(mkdir("/f", true)).isEqualTo(Status.NOT_DIRECTORY);
    assertThat(mkdir("/f/g", true)).isEqualTo(Status.NOT_DIRECTORY);
    assertThat(mkdir("/f", false)).isEqualTo(Status.EXISTS);
  }

  @Test
  void aSmallFileIsInlineAndReplacedWhole() {
    long first = volume.put("/f", "one").inode();
    assertThat(volume.open("/f").inline()).isEqualTo(Bytes.utf8("one"));
    volume.wallMillis += 5;
    long second = volume.put("/f", "two!").inode();
    assertThat(second).isNotEqualTo(first);
    assertThat(volume.stat("/f").size()).isEqualTo(4);
    assertThat(volume.stat("/f").modified()).isEqualTo(new WallTime(1_000_005));
    assertThat(volume.stat("/f").digest()).isEqualTo(Volume.DIGEST);
    assertThat(volume.stat("/").size()).isEqualTo(1);
    // Nothing is kept of the first: who had it open got all of it then.
    assertThat(volume.rows('g')).isZero();
    assertThat(volume.ask(new FileAsk.Extents(first, 0, 10)).status()).isEqualTo(Status.NOT_FOUND);
    assertThat(volume.rows('l')).isEqualTo(1);
  }

  private Status write(String path, Bytes data, Bytes digest) {
    return volume.status(new FileCall.WriteSmall(path, data, digest));
  }

  @Test
  void aSmallFileThatIsWrittenAgainStaysTheSameFile() {
    assertThat(write("/f", Bytes.utf8("first"), Volume.DIGEST)).isEqualTo(Status.OK);
    FileStat first = volume.stat("/f");
    FileStat root = volume.stat("/");
    volume.wallMillis += 5;
    Bytes other = Bytes.wrap(new byte[] {7}).concat(Bytes.wrap(new byte[31]));
    assertThat(write("/f", Bytes.utf8("again!"), other)).isEqualTo(Status.OK);
    FileStat now = volume.stat("/f");
    assertThat(now.inode()).isEqualTo(first.inode());
    assertThat(now.size()).isEqualTo(6);
    assertThat(now.modified()).isEqualTo(new WallTime(first.modified().millis() + 5));
    assertThat(now.digest()).isEqualTo(other);
    assertThat(volume.open("/f").inline()).isEqualTo(Bytes.utf8("again!"));
    // Its directory has the same names as before.
    assertThat(volume.stat("/")).isEqualTo(root);
    assertThat(volume.rows('l')).isEqualTo(1);
  }

  @Test
  void aSmallFileInThePlaceOfABigOneIsANewFile() {
    volume.setNodes(Volume.NODES);
    volume.upload("/f", 2);
    long big = volume.stat("/f").inode();
    assertThat(write("/f", Bytes.utf8("small"), Volume.DIGEST)).isEqualTo(Status.OK);
    assertThat(volume.stat("/f").inode()).isNotEqualTo(big);
    assertThat(volume.open("/f").inline()).isEqualTo(Bytes.utf8("small"));
    assertThat(volume.rows('g')).isPositive();
  }

  @Test
  void whatCannotBeWrittenAsASmallFileIsRefused() {
    volume.mkdir("/d");
    assertThat(write("/d", Bytes.EMPTY, Volume.DIGEST)).isEqualTo(Status.IS_DIRECTORY);
    Bytes large = Bytes.wrap(new byte[FileLimits.INLINE_BYTES_MAX + 1]);
    assertThat(write("/f", large, Volume.DIGEST)).isEqualTo(Status.TOO_LARGE);
    assertThat(write("/f", Bytes.EMPTY, Bytes.EMPTY)).isEqualTo(Status.INVALID);
    assertThat(write("/no/f", Bytes.EMPTY, Volume.DIGEST)).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void whatIsNoSmallFileIsRefused() {
    volume.mkdir("/d");
    assertThat(put("/d", 1)).isEqualTo(Status.IS_DIRECTORY);
    assertThat(put("/", 1)).isEqualTo(Status.IS_DIRECTORY);
    assertThat(put("/d/.", 1)).isEqualTo(Status.IS_DIRECTORY);
    assertThat(put("/f/", 1)).isEqualTo(Status.IS_DIRECTORY);
    assertThat(put("/f", FileLimits.INLINE_BYTES_MAX + 1)).isEqualTo(Status.TOO_LARGE);
    assertThat(put("/f", FileLimits.INLINE_BYTES_MAX)).isEqualTo(Status.OK);
    assertThat(volume.status(new FileCall.PutInline("/f", Bytes.EMPTY, Bytes.EMPTY)))
        .isEqualTo(Status.INVALID);
    assertThat(volume.ask(new FileAsk.Open("/d", 1)).status()).isEqualTo(Status.IS_DIRECTORY);
    long directory = volume.stat("/d").inode();
    assertThat(volume.ask(new FileAsk.Extents(directory, 0, 1)).status())
        .isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void renameMovesFilesAndDirectories() {
    volume.mkdir("/a");
    volume.mkdir("/b");
    volume.put("/a/f", "x");
    long inode = volume.stat("/a/f").inode();
    volume.wallMillis++;
    assertThat(rename("/a/f", "/b/g")).isEqualTo(Status.OK);
    assertThat(volume.stat("/b/g").inode()).isEqualTo(inode);
    assertThat(volume.stat("/b/g").changed()).isEqualTo(new WallTime(1_000_001));
    assertThat(volume.stat("/b/g").modified()).isEqualTo(new WallTime(1_000_000));
    assertThat(volume.stat("/a").size()).isZero();
    assertThat(rename("/b", "/a/b/")).isEqualTo(Status.OK);
    assertThat(volume.open("/a/b/g").inline()).isEqualTo(Bytes.utf8("x"));
    assertThat(rename("/a/b/g", "/a/b/h")).isEqualTo(Status.OK);
    assertThat(volume.names("/a/b")).containsExactly("h");
  }

  @Test
  void renameReplacesAsPosixSays() {
    volume.mkdir("/empty");
    volume.mkdir("/full");
    volume.put("/full/f", "x");
    volume.put("/f", "f");
    volume.put("/g", "g");
    assertThat(rename("/f", "/empty")).isEqualTo(Status.IS_DIRECTORY);
    assertThat(rename("/empty", "/f")).isEqualTo(Status.NOT_DIRECTORY);
    assertThat(rename("/empty", "/full")).isEqualTo(Status.NOT_EMPTY);
    assertThat(rename("/full", "/empty")).isEqualTo(Status.OK);
    assertThat(volume.names("/")).containsExactly("empty", "f", "g");
    assertThat(rename("/f", "/g")).isEqualTo(Status.OK);
    assertThat(volume.open("/g").inline()).isEqualTo(Bytes.utf8("f"));
    assertThat(volume.names("/")).containsExactly("empty", "g");
    assertThat(rename("/g", "/g")).isEqualTo(Status.OK);
    assertThat(rename("/g", "/new/")).isEqualTo(Status.NOT_DIRECTORY);
    assertThat(rename("/no", "/x")).isEqualTo(Status.NOT_FOUND);
    assertThat(rename("/g", "/no/x")).isEqualTo(Status.NOT_FOUND);
    assertThat(rename("/g", "/empty/..")).isEqualTo(Status.INVALID);
    assertThat(rename("/empty/.", "/x")).isEqualTo(Status.INVALID);
  }

  @Test
  void aDirectoryIsNeverMovedIntoItself() {
    volume.mkdir("/a");
    volume.mkdir("/a/b");
    volume.mkdir("/a/b/c");
    assertThat(rename("/a", "/a/x")).isEqualTo(Status.LOOP);
    assertThat(rename("/a", "/a/b/c/x")).isEqualTo(Status.LOOP);
    assertThat(rename("/a/b", "/a/b/c")).isEqualTo(Status.LOOP);
    assertThat(rename("/a/b/c", "/a/b")).isEqualTo(Status.NOT_EMPTY);
    assertThat(rename("/a", "/a")).isEqualTo(Status.OK);
    assertThat(rename("/a/b", "/b")).isEqualTo(Status.OK);
    assertThat(rename("/a", "/b/c/a")).isEqualTo(Status.OK);
    assertThat(volume.names("/b/c")).containsExactly("a");
  }

  @Test
  void removeTakesFilesAndEmptyDirectories() {
    volume.mkdir("/d");
    volume.put("/d/f", "x");
    assertThat(remove("/d", false)).isEqualTo(Status.NOT_EMPTY);
    assertThat(remove("/d/f/", false)).isEqualTo(Status.NOT_DIRECTORY);
    assertThat(remove("/d/.", false)).isEqualTo(Status.INVALID);
    assertThat(remove("/d/f", false)).isEqualTo(Status.OK);
    assertThat(remove("/d/f", false)).isEqualTo(Status.NOT_FOUND);
    assertThat(remove("/d", false)).isEqualTo(Status.OK);
    assertThat(volume.names("/")).isEmpty();
    volume.wallMillis += FileLimits.GRACE_MILLIS;
    volume.sweep(1);
    assertThat(volume.rows('i')).isEqualTo(1);
    assertThat(volume.rows('g')).isZero();
  }

  @Test
  void aRemovedTreeVanishesAtOnceAndIsClearedInBoundedSteps() {
    for (int i = 0; i < 20; i++) {
      assertThat(mkdir("/t/d" + i + "/sub", true)).isEqualTo(Status.OK);
      volume.put("/t/d" + i + "/sub/f", "x");
    }
    assertThat(remove("/t", true)).isEqualTo(Status.OK);
    assertThat(volume.names("/")).isEmpty();
    assertThat(volume.rows('i')).isEqualTo(62);
    int steps = volume.sweep(7);
    assertThat(steps).isGreaterThan(60);
    // All is gone: files that have blocks would wait for their readers, these are inline.
    assertThat(volume.rows('d')).isZero();
    assertThat(volume.rows('g')).isZero();
    assertThat(volume.rows('i')).isEqualTo(1);
    assertThat(volume.rows('l')).isZero();
  }

  @Test
  void aLargeDirectoryIsListedPageByPage() {
    volume.mkdir("/big");
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      volume.put("/big/f" + i, "");
    }
    assertThat(volume.stat("/big").size()).isEqualTo(count);
    List<String> names = new ArrayList<>();
    FilePage page = volume.page("/big", "", Integer.MAX_VALUE);
    while (true) {
      page.entries().forEach(entry -> names.add(entry.name()));
      if (!page.more()) {
        break;
      }
      assertThat(page.entries()).hasSize(FileLimits.PAGE_MAX);
      page = volume.page("/big", names.getLast(), FileLimits.PAGE_MAX);
    }
    assertThat(names).hasSize(count).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aListingGoesOnAfterANameThatIsGone() {
    for (String name : List.of("a", "b", "c")) {
      volume.put("/" + name, "");
    }
    remove("/b", false);
    assertThat(volume.page("/", "b", 10).entries())
        .extracting(FileEntry::name)
        .containsExactly("c");
    assertThat(volume.page("/", "", 0).entries()).hasSize(1);
    assertThat(volume.page("/a", "", 10).entries())
        .extracting(FileEntry::name)
        .containsExactly("a");
    assertThat(volume.ask(new FileAsk.Names("/x", "", 1)).status()).isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void timesCanBeSet() {
    volume.put("/f", "");
    volume.wallMillis++;
    assertThat(volume.status(new FileCall.SetTimes("/f", new WallTime(-5)))).isEqualTo(Status.OK);
    assertThat(volume.stat("/f").modified()).isEqualTo(new WallTime(-5));
    assertThat(volume.stat("/f").changed()).isEqualTo(new WallTime(1_000_001));
    assertThat(volume.status(new FileCall.SetTimes("/x", new WallTime(-5))))
        .isEqualTo(Status.NOT_FOUND);
  }

  @Test
  void brokenRequestsAreRefused() {
    try (OrderedStore.Snapshot state = volume.store.snapshot()) {
      Bytes answer = volume.files.query(FileAsk.Stat.TYPE, Bytes.EMPTY, state);
      assertThat(Volume.result(answer).status()).isEqualTo(Status.MALFORMED);
    }
  }

  @Test
  void rowsThatCannotBeReadStopTheNode() {
    volume.put("/f", "");
    long inode = volume.stat("/f").inode();
    replace(FsKeys.key('i', inode), Bytes.wrap(new byte[] {1, 1}));
    assertThatThrownBy(() -> volume.stat("/f")).isInstanceOf(Invariant.Broken.class);
    replace(FsKeys.key('i', inode), Bytes.wrap(new byte[] {9}));
    assertThatThrownBy(() -> volume.stat("/f")).isInstanceOf(Invariant.Broken.class);
    replace(FsKeys.table('m'), Bytes.wrap(new byte[] {1}));
    assertThatThrownBy(volume::table).isInstanceOf(Invariant.Broken.class);
    replace(FsKeys.key('g', 0, 0), Bytes.wrap(new byte[] {1, 99}));
    assertThatThrownBy(() -> volume.sweep(1)).isInstanceOf(Invariant.Broken.class);
    delete(FsKeys.key('i', inode));
    assertThatThrownBy(() -> volume.stat("/f")).isInstanceOf(Invariant.Broken.class);
  }

  private void replace(Bytes key, Bytes value) {
    try (OrderedStore.Batch batch = volume.store.batch()) {
      batch.put(key, value);
      batch.commit();
    }
  }

  private void delete(Bytes key) {
    try (OrderedStore.Batch batch = volume.store.batch()) {
      batch.delete(key);
      batch.commit();
    }
  }
}
