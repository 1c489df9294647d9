package org.volvox.verify.fallacies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Rows of the commands for files and for backups. */
final class FileRows {
  /** A block of a file, on three nodes. */
  private static final int BYTES = 100_000;

  private static final int SMALL_BYTES = 900;

  /** More than the window of a call: seconds of a narrow line. */
  private static final int BIG_BYTES = 1_000_000;

  private FileRows() {}

  static List<Row> all() {
    return List.of(
        // First, while there is little to be copied.
        new Row("backup", "backup", Row.Where.ALWAYS, FileRows::backup),
        new Row("put", "put 100 kB", Row.Where.ALWAYS, place -> put(place, BYTES)),
        new Row("put", "put 900 B", Row.Where.WHOLE, place -> put(place, SMALL_BYTES)),
        new Row("put", "put 1 MB", Row.Where.WHOLE, place -> put(place, BIG_BYTES)),
        new Row("get", "get 100 kB", Row.Where.ALWAYS, place -> get(place, BYTES)),
        new Row("get", "get 1 MB", Row.Where.WHOLE, place -> get(place, BIG_BYTES)),
        new Row("cat", "cat 100 kB", Row.Where.ALWAYS, FileRows::cat),
        new Row("ls", "ls", Row.Where.ALWAYS, FileRows::list),
        new Row("mkdir", "mkdir", Row.Where.ALWAYS, FileRows::mkdir),
        new Row("mv", "mv", Row.Where.ALWAYS, FileRows::move),
        new Row("rm", "rm", Row.Where.ALWAYS, FileRows::remove),
        new Row("stat", "stat", Row.Where.ALWAYS, FileRows::stat),
        new Row("stat", "stat --where", Row.Where.WHOLE, FileRows::where));
  }

  private static Cell put(Place place, int bytes) throws IOException {
    Path local = place.file(bytes);
    String path = place.path();
    Ran ran = place.volvox("put", local.toString(), path);
    Expected expected =
        Expected.done(path).effect(() -> place.seen(Place.digest(local), "file", path));
    return place.verdicts().of("put", ran, expected);
  }

  /** A file of the cluster. */
  private static String stored(Place place, Path local) {
    String path = place.path();
    place.sound("put", path, local.toString());
    return path;
  }

  private static Cell get(Place place, int bytes) throws IOException {
    Path local = place.file(bytes);
    String path = stored(place, local);
    Path back = place.local();
    Ran ran = place.volvox("get", path, back.toString());
    String digest = Place.digest(local);
    Expected expected =
        Expected.done(path)
            .effect(() -> Place.digest(back).equals(digest) ? 1 : Files.exists(back) ? 2 : 0);
    return place.verdicts().of("get", ran, expected);
  }

  private static Cell cat(Place place) throws IOException {
    Path local = place.file(BYTES);
    String path = stored(place, local);
    Ran ran = place.volvox("cat", path);
    Expected expected = Expected.done(path).prints(Files.readString(local));
    return place.verdicts().of("cat", ran, expected);
  }

  private static Cell list(Place place) throws IOException {
    String path = place.path();
    for (String name : List.of("a", "b", "c")) place.sound("mkdir", path + "/" + name);
    Ran ran = place.volvox("ls", path);
    return place.verdicts().of("ls", ran, Expected.done(path).prints("a/\nb/\nc/\n"));
  }

  private static Cell mkdir(Place place) throws IOException {
    String path = place.path();
    Ran ran = place.volvox("mkdir", path);
    Expected expected =
        Expected.done(path).prints("").effect(() -> place.seen("directory", "file", path));
    return place.verdicts().of("mkdir", ran, expected);
  }

  private static Cell move(Place place) throws IOException {
    Path local = place.file(SMALL_BYTES);
    String from = stored(place, local);
    String to = place.path();
    String digest = Place.digest(local);
    Ran ran = place.volvox("mv", from, to);
    Expected expected =
        Expected.done(from)
            .effect(() -> {
              int there = place.seen(digest, "file", to);
              return there + place.seen(digest, "file", from) == 1 ? there : 2;
            });
    return place.verdicts().of("mv", ran, expected);
  }

  private static Cell remove(Place place) throws IOException {
    Path local = place.file(SMALL_BYTES);
    String path = stored(place, local);
    String digest = Place.digest(local);
    Ran ran = place.volvox("rm", path);
    Expected expected = Expected.done(path).effect(() -> 1 - place.seen(digest, "file", path));
    return place.verdicts().of("rm", ran, expected);
  }

  private static Cell stat(Place place) throws IOException {
    Path local = place.file(BYTES);
    String path = stored(place, local);
    Ran ran = place.volvox("stat", path);
    Expected expected =
        Expected.done(path).says("size      " + BYTES, "sha256    " + Place.digest(local));
    return place.verdicts().of("stat", ran, expected);
  }

  private static Cell where(Place place) throws IOException {
    String path = stored(place, place.file(BYTES));
    Ran ran = place.volvox("stat", "--where", path);
    return place.verdicts().of("stat --where", ran, Expected.done(path).says("holds 1 of 1 block"));
  }

  private static Cell backup(Place place) throws IOException {
    Path file = place.local();
    Ran ran = place.volvox("backup", file.toString());
    Expected expected =
        Expected.done(file.toString())
            .transfer()
            .says("backed up " + file)
            .effect(() -> Files.exists(file) ? 1 : 0);
    return place.verdicts().of("backup", ran, expected);
  }
}
