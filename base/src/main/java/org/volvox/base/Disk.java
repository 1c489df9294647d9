package org.volvox.base;

import java.util.List;

/**
 * A flat folder of files as pure code sees it: real files in a node, faulty memory in the
 * simulator. Sectors are 512 bytes; what was written and not yet synced may be lost or torn, sector
 * by sector, by a crash. One thread calls it.
 */
public interface Disk {
  int SECTOR_BYTES = 512;

  /** The names of all files, sorted. */
  List<String> list() throws DiskException;

  /** The length of a file in bytes. */
  long size(String file) throws DiskException;

  /** Exactly {@code length} bytes from {@code offset}; fewer is a {@link DiskException}. */
  Bytes read(String file, long offset, int length) throws DiskException;

  /** Makes a file of {@code length} zero bytes, durably named; fails if the name is taken. */
  void create(String file, long length) throws DiskException;

  /** Writes at {@code offset}, growing the file if need be; durable only after {@link #sync}. */
  void write(String file, long offset, Bytes bytes) throws DiskException;

  /** Makes all that was written to the file durable (fdatasync). */
  void sync(String file) throws DiskException;

  /** Renames durably, replacing the target atomically. */
  void rename(String from, String to) throws DiskException;

  /** Deletes durably. */
  void delete(String file) throws DiskException;
}
