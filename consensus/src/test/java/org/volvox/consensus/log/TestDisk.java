package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.Prng;
import org.volvox.base.Ratio;

/** A disk in memory whose bytes a test may change, lose or tear. */
final class TestDisk implements Disk {
  private TreeMap<String, byte[]> files = new TreeMap<>();
  private final TreeMap<String, byte[]> synced = new TreeMap<>();
  private int failuresAhead = -1;
  private DiskException.Kind failure = DiskException.Kind.FAILED;
  private int syncs;

  /** The bytes as written; changing them is damage that no crash explains. */
  byte[] raw(String file) {
    byte[] bytes = files.get(file);
    if (bytes == null) {
      throw new IllegalArgumentException("no file " + file);
    }
    return bytes;
  }

  void replace(String file, byte[] bytes) {
    files.put(file, bytes);
    synced.put(file, bytes.clone());
  }

  /** A copy on which everything is durable. */
  TestDisk copy() {
    TestDisk copy = new TestDisk();
    files.forEach((name, bytes) -> copy.replace(name, bytes.clone()));
    return copy;
  }

  int syncs() {
    return syncs;
  }

  /** Lets so many changes through, then fails each one. */
  void failAfter(int changes, DiskException.Kind kind) {
    failuresAhead = changes;
    failure = kind;
  }

  void heal() {
    failuresAhead = -1;
  }

  /** Loses each sector that was written and not synced with the given chance, and tears some. */
  void crash(Prng prng, Ratio lost) {
    TreeMap<String, byte[]> after = new TreeMap<>();
    files.forEach((name, bytes) -> {
      byte[] old = Arrays.copyOf(synced.getOrDefault(name, new byte[0]), bytes.length);
      byte[] mixed = bytes.clone();
      for (int at = 0; at < mixed.length; at += SECTOR_BYTES) {
        int end = Math.min(mixed.length, at + SECTOR_BYTES);
        if (prng.chance(lost)) {
          int from = prng.chance(new Ratio(1, 4)) ? prng.between(at, end) : at;
          System.arraycopy(old, from, mixed, from, end - from);
        }
      }
      after.put(name, mixed);
    });
    files = after;
    synced.clear();
    files.forEach((name, bytes) -> synced.put(name, bytes.clone()));
  }

  @Override
  public List<String> list() {
    return new ArrayList<>(files.keySet());
  }

  @Override
  public long size(String file) throws DiskException {
    return existing(file).length;
  }

  @Override
  public Bytes read(String file, long offset, int length) throws DiskException {
    byte[] bytes = existing(file);
    if (offset + length > bytes.length) {
      throw new DiskException(DiskException.Kind.FAILED, file + " ends before byte " + offset);
    }
    return Bytes.wrap(Arrays.copyOfRange(bytes, (int) offset, (int) offset + length));
  }

  @Override
  public void create(String file, long length) throws DiskException {
    change();
    if (files.containsKey(file)) {
      throw new DiskException(DiskException.Kind.FAILED, file + " is there already");
    }
    replace(file, new byte[(int) length]);
  }

  @Override
  public void write(String file, long offset, Bytes bytes) throws DiskException {
    change();
    byte[] old = existing(file);
    byte[] target = Arrays.copyOf(old, (int) Math.max(old.length, offset + bytes.length()));
    bytes.copyTo(0, target, (int) offset, bytes.length());
    files.put(file, target);
  }

  @Override
  public void sync(String file) throws DiskException {
    change();
    syncs++;
    synced.put(file, existing(file).clone());
  }

  @Override
  public void rename(String from, String to) throws DiskException {
    change();
    files.put(to, existing(from));
    files.remove(from);
    byte[] old = synced.remove(from);
    synced.put(to, old == null ? new byte[0] : old);
  }

  @Override
  public void delete(String file) throws DiskException {
    change();
    existing(file);
    files.remove(file);
    synced.remove(file);
  }

  private void change() throws DiskException {
    if (failuresAhead == 0) {
      throw new DiskException(failure, "the test's disk fails");
    }
    if (failuresAhead > 0) {
      failuresAhead--;
    }
  }

  private byte[] existing(String file) throws DiskException {
    byte[] bytes = files.get(file);
    if (bytes == null) {
      throw new DiskException(DiskException.Kind.MISSING, "no file " + file);
    }
    return bytes;
  }
}
