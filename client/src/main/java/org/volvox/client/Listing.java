package org.volvox.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileEntry;
import org.volvox.base.syscall.FilePage;
import org.volvox.base.syscall.FileStat;

/**
 * Goes through a directory's entries in bytewise order of names, with a page of them in memory;
 * through a file's own if the path is a file's. One thread uses it.
 */
final class Listing {
  private static final int PAGE = 1024;

  private final Requests requests;
  private final String path;
  private final Deque<FileEntry> page = new ArrayDeque<>();
  private String after = "";
  private boolean more = true;

  Listing(Requests requests, String path) {
    this.requests = requests;
    this.path = path;
  }

  /** The next entry, if there is one. */
  Optional<FileEntry> next() throws VolvoxException, InterruptedException {
    fill();
    return Optional.ofNullable(page.pollFirst());
  }

  /** What an entry is, if it is there; names must be asked for in their order. */
  Optional<FileStat> find(Bytes name) throws VolvoxException, InterruptedException {
    for (fill(); !page.isEmpty(); fill()) {
      int order = Bytes.utf8(page.getFirst().name()).compareTo(name);
      if (order > 0) {
        return Optional.empty();
      }
      FileEntry entry = page.removeFirst();
      if (order == 0) {
        return Optional.of(entry.stat());
      }
    }
    return Optional.empty();
  }

  private void fill() throws VolvoxException, InterruptedException {
    if (!page.isEmpty() || !more) {
      return;
    }
    try {
      FilePage got = FilePage.decode(requests.query(new FileAsk.Names(path, after, PAGE)));
      page.addAll(got.entries());
      more = got.more() && !page.isEmpty();
      after = page.isEmpty() ? after : page.getLast().name();
    } catch (VolvoxException e) {
      throw e.during("cannot list " + path);
    } catch (MalformedException e) {
      throw Requests.malformed("cannot list " + path, e);
    }
  }
}
