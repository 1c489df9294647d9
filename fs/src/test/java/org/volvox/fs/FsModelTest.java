package org.volvox.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MemoryStore;
import org.volvox.base.OrderedStore;
import org.volvox.base.Prng;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.BlockRange;
import org.volvox.base.syscall.ExtentPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileCall;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.FileStat;
import org.volvox.base.syscall.HeldBlock;
import org.volvox.base.syscall.Status;
import org.volvox.base.syscall.UploadRow;

/**
 * Random calls to the file system and to {@link FsModel} give the same answers and the same trees;
 * the log applied again gives the same state, also from an older one.
 */
class FsModelTest {
  private static final int SEEDS = 40;
  private static final int STEPS = 600;
  private static final String[] NAMES = {"a", "b", "c", "d", ".", "..", "é"};

  private static String path(Prng prng) {
    StringBuilder path = new StringBuilder();
    int depth = prng.between(1, prng.between(1, 4));
    for (int i = 0; i < depth; i++) {
      path.append('/').append(NAMES[prng.below(prng.below(4) == 0 ? NAMES.length : 3)]);
    }
    return prng.below(12) == 0 ? path.append('/').toString() : path.toString();
  }

  @Test
  void randomCallsAgreeWithTheModel() {
    int refused = 0;
    int done = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      Prng prng = new Prng(seed);
      Volume volume = new Volume();
      FsModel model = new FsModel();
      for (int step = 0; step < STEPS; step++) {
        String what = "seed " + seed + " step " + step;
        Status status = step(prng, volume, model, what);
        if (status == Status.OK) {
          done++;
        } else {
          refused++;
        }
        if (step % 50 == 0) {
          assertThat(tree(volume, "/")).as(what).isEqualTo(tree(model.root, "/"));
        }
      }
      assertThat(tree(volume, "/")).as("seed " + seed).isEqualTo(tree(model.root, "/"));
      checkNothingLeaks(volume, model);
    }
    assertThat(done).isGreaterThan(SEEDS * STEPS / 5);
    assertThat(refused).isGreaterThan(SEEDS * STEPS / 5);
  }

  private static Status step(Prng prng, Volume volume, FsModel model, String what) {
    String path = path(prng);
    volume.wallMillis += prng.below(1000);
    return switch (prng.below(9)) {
      case 0, 1 ->
          agree(volume.status(new FileCall.Mkdir(path, false)), model.mkdir(path), what, path);
      case 2 -> {
        FileCall write = new FileCall.WriteSmall(path, Bytes.utf8(what), Volume.DIGEST);
        yield agree(volume.status(write), model.put(path, what), what, path);
      }
      case 3, 4 -> {
        FileCall put = new FileCall.PutInline(path, Bytes.utf8(what), Volume.DIGEST);
        yield agree(volume.status(put), model.put(path, what), what, path);
      }
      case 5, 6 -> {
        String to = path(prng);
        Status status = volume.status(new FileCall.Rename(path, to));
        yield agree(status, model.rename(path, to), what, path + " -> " + to);
      }
      case 7 -> {
        boolean recursive = prng.below(3) == 0;
        Status status = volume.status(new FileCall.Remove(path, recursive));
        yield agree(status, model.remove(path, recursive), what, path);
      }
      default -> {
        volume.call(SessionId.NONE, new FileCall.Sweep(prng.between(1, 5)));
        yield agree(volume.statStatus(path), model.stat(path), what, path);
      }
    };
  }

  private static Status agree(Status real, Status model, String what, String path) {
    assertThat(real).as(what + " " + path).isEqualTo(model);
    return real;
  }

  private static List<String> tree(Volume volume, String path) {
    List<String> lines = new ArrayList<>();
    List<FileEntry> entries = volume.page(path, "", 4096).entries();
    if (volume.stat(path).size() != entries.size()) {
      throw new AssertionError(path + " says " + volume.stat(path) + " and has " + entries);
    }
    for (FileEntry entry : entries) {
      String child = path + entry.name();
      if (entry.stat().isDirectory()) {
        lines.add(child + "/");
        lines.addAll(tree(volume, child + "/"));
      } else {
        lines.add(child + " " + volume.open(child).inline().utf8());
      }
    }
    return lines;
  }

  private static List<String> tree(FsModel.Node node, String path) {
    List<String> lines = new ArrayList<>();
    node.children.forEach((name, child) -> {
      if (child.isDirectory()) {
        lines.add(path + name + "/");
        lines.addAll(tree(child, path + name + "/"));
      } else {
        lines.add(path + name + " " + child.contents);
      }
    });
    return lines;
  }

  /** After all grace periods, the store holds what is named and nothing else. */
  private static void checkNothingLeaks(Volume volume, FsModel model) {
    volume.wallMillis += FileLimits.GRACE_MILLIS;
    volume.sweep(50);
    volume.wallMillis += FileLimits.GRACE_MILLIS;
    volume.sweep(50);
    List<String> tree = tree(model.root, "/");
    int files = (int) tree.stream().filter(line -> !line.endsWith("/")).count();
    assertThat(volume.rows('g')).isZero();
    assertThat(volume.rows('l')).isEqualTo(files);
    assertThat(volume.rows('d')).isEqualTo(tree.size());
    assertThat(volume.rows('i')).isEqualTo(tree.size() + 1);
  }

  @Test
  void theLogAppliedAgainGivesTheSameState() {
    for (int seed = 1; seed <= 10; seed++) {
      Volume volume = randomBlocks(new Prng(seed));
      MemoryStore twin = new MemoryStore();
      MemoryStore older = new MemoryStore();
      int half = volume.log.size() / 2;
      for (int index = 1; index <= volume.log.size(); index++) {
        volume.apply(index, twin);
        if (index <= half) {
          volume.apply(index, older);
        }
      }
      List<String> expected = Volume.stream(volume.store);
      assertThat(Volume.stream(twin)).isEqualTo(expected);
      // A crash went back to the older state; the entries behind it are applied once more.
      for (int index = half + 1; index <= volume.log.size(); index++) {
        volume.apply(index, older);
      }
      assertThat(Volume.stream(older)).isEqualTo(expected);
    }
  }

  @Test
  void everyBlockIsReferredToOrOnItsWayOut() {
    for (int seed = 1; seed <= 20; seed++) {
      Volume volume = randomBlocks(new Prng(seed));
      List<String> referred = new ArrayList<>();
      for (FileEntry entry : volume.page("/", "", 4096).entries()) {
        if (!entry.stat().isDirectory()) {
          referred.addAll(blocks(volume, entry.stat()));
        }
      }
      volume.wallMillis += 10 * FileLimits.GRACE_MILLIS;
      volume.endSession(Volume.ALICE);
      for (int i = 0; i < 3; i++) {
        volume.wallMillis += FileLimits.GRACE_MILLIS;
        volume.sweep(7);
      }
      List<String> held =
          volume.heldBy(Volume.N1).blocks().stream()
              .map(HeldBlock::block)
              .map(String::valueOf)
              .toList();
      assertThat(held).containsExactlyInAnyOrderElementsOf(referred);
      List<String> dead =
          volume.dead().blocks().stream().map(block -> block.block().toString()).toList();
      assertThat(dead).doesNotHaveDuplicates().doesNotContainAnyElementsOf(held);
      try (OrderedStore.Snapshot state = volume.store.snapshot()) {
        assertThat((long) held.size() + dead.size()).isEqualTo(Counters.of(state).block());
      }
      for (char table : new char[] {'u', 't', 's', 'w', 'g'}) {
        assertThat(volume.rows(table)).as("table " + table).isZero();
      }
    }
  }

  private static List<String> blocks(Volume volume, FileStat stat) {
    Bytes body = Volume.ok(volume.ask(new FileAsk.Extents(stat.inode(), 0, 4096)));
    ExtentPage page = Volume.must(() -> ExtentPage.decode(body));
    long at = 0;
    List<String> blocks = new ArrayList<>();
    for (var extent : page.extents()) {
      assertThat(extent.offset()).isEqualTo(at);
      at = extent.end();
      blocks.add(extent.block().toString());
    }
    assertThat(at).isEqualTo(stat.size());
    return blocks;
  }

  /** Uploads that finish, stop half-way or are given up, among removals and sweeps. */
  private static Volume randomBlocks(Prng prng) {
    Volume volume = new Volume();
    volume.setNodes(Volume.NODES);
    for (int step = 0; step < 80; step++) {
      volume.wallMillis += prng.below(100_000);
      String path = "/" + (char) ('a' + prng.below(6));
      switch (prng.below(6)) {
        case 0 -> volume.call(new FileCall.Remove(path, true));
        case 1 -> volume.call(SessionId.NONE, new FileCall.Sweep(prng.between(1, 6)));
        case 2 -> volume.call(new FileCall.Rename(path, "/" + (char) ('a' + prng.below(6))));
        default -> randomUpload(prng, volume, path, step);
      }
    }
    return volume;
  }

  private static void randomUpload(Prng prng, Volume volume, String path, int step) {
    int blocks = prng.between(0, 6);
    Bytes token = Bytes.utf8("t" + (prng.below(2) == 0 ? 0 : step));
    FileCall.OpenUpload open = new FileCall.OpenUpload(path, 10L * blocks, token);
    Bytes body = Volume.ok(volume.call(open));
    UploadRow upload = Volume.must(() -> UploadRow.decode(body));
    long left = (upload.size() - upload.bytes()) / 10;
    if (left > 0) {
      BlockRange range = volume.allocate(upload.upload(), blocks + prng.below(3));
      int now = prng.between(1, (int) left);
      volume.append(upload.upload(), upload.bytes(), volume.stored(range, 0, now, 10));
    }
    switch (prng.below(5)) {
      case 0 -> volume.call(new FileCall.AbortUpload(upload.upload()));
      case 1 -> assertThat(upload.upload()).isPositive(); // Left as it is.
      default -> volume.call(new FileCall.FinishUpload(upload.upload(), Volume.DIGEST));
    }
  }

  @Test
  void rowsAreAsInTheGoldenState() throws IOException {
    Volume volume = new Volume();
    volume.setNodes(List.of(Volume.N1));
    volume.mkdir("/d");
    volume.put("/d/f", "hello");
    UploadRow whole = volume.beginUpload("/d/h", 10);
    BlockRange one = volume.allocate(whole.upload(), 1);
    volume.append(whole.upload(), 0, volume.stored(one, 0, 1, 10));
    volume.call(new FileCall.FinishUpload(whole.upload(), Volume.DIGEST));
    volume.status(new FileCall.Remove("/d/h", false));
    UploadRow upload = volume.beginUpload("/d/g", 20);
    BlockRange range = volume.allocate(upload.upload(), 3);
    volume.append(upload.upload(), 0, volume.stored(range, 0, 1, 10));
    String state = String.join("\n", Volume.stream(volume.store)) + "\n";
    assertThat(state).isEqualTo(golden("state-3.golden", state));
  }

  /** The state of a volume that queued inline files for deletion, too: they still go when due. */
  @Test
  void sweepsTheQueueOfTheFirstGoldenState() throws IOException {
    Volume volume = new Volume();
    try (OrderedStore.Batch batch = volume.store.batch()) {
      for (String row : golden("state-1.golden", "").lines().toList()) {
        String[] parts = row.split("=", -1);
        HexFormat hex = HexFormat.of();
        batch.put(Bytes.wrap(hex.parseHex(parts[0])), Bytes.wrap(hex.parseHex(parts[1])));
      }
      batch.commit();
    }
    assertThat(volume.rows('g')).isEqualTo(1);
    assertThat(volume.rows('l')).isEqualTo(1);
    volume.wallMillis += 2 * FileLimits.GRACE_MILLIS;
    assertThat(volume.sweep(10)).isPositive();
    assertThat(volume.rows('g')).isZero();
    assertThat(volume.rows('l')).isZero();
  }

  private static String golden(String name, String now) throws IOException {
    try (InputStream golden = FsModelTest.class.getResourceAsStream(name)) {
      assertThat(golden).as(now).isNotNull();
      return new String(golden.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
