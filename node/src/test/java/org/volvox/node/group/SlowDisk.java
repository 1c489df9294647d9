package org.volvox.node.group;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;

/** A disk whose next sync takes as long as a test wants. */
final class SlowDisk implements Disk {
  private final Disk disk;
  private final AtomicLong stallNanos = new AtomicLong();

  SlowDisk(Disk disk) {
    this.disk = disk;
  }

  /** The next sync takes so long. */
  void stall(Duration span) {
    stallNanos.set(span.toNanos());
  }

  /** Whether the sync that is to be slow is still to come. */
  boolean isToStall() {
    return stallNanos.get() > 0;
  }

  @Override
  public void sync(String file) throws DiskException {
    long end = System.nanoTime() + stallNanos.getAndSet(0);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    disk.sync(file);
  }

  @Override
  public List<String> list() throws DiskException {
    return disk.list();
  }

  @Override
  public long size(String file) throws DiskException {
    return disk.size(file);
  }

  @Override
  public Bytes read(String file, long offset, int length) throws DiskException {
    return disk.read(file, offset, length);
  }

  @Override
  public void create(String file, long length) throws DiskException {
    disk.create(file, length);
  }

  @Override
  public void write(String file, long offset, Bytes bytes) throws DiskException {
    disk.write(file, offset, bytes);
  }

  @Override
  public void rename(String from, String to) throws DiskException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String file) throws DiskException {
    disk.delete(file);
  }
}
