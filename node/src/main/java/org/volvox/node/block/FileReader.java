package org.volvox.node.block;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.Extent;
import org.volvox.base.syscall.ExtentPage;
import org.volvox.base.syscall.FileAsk;
import org.volvox.calls.CallException;
import org.volvox.calls.message.BlockMessage;
import org.volvox.node.serve.NodeCalls;

/**
 * The bytes of a cluster's file in order, for a program's standard input. It holds one block at a
 * time; one thread reads it.
 */
public final class FileReader extends InputStream {
  private static final int PAGE = 256;
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private final String path;
  private final NodeCalls calls;
  private final BlockService blocks;
  private final Deque<Extent> extents = new ArrayDeque<>();
  private final long inode;
  private long readTo;
  private boolean more;
  private Bytes current;
  private int at;

  private FileReader(String path, NodeCalls calls, BlockService blocks, ExtentPage first) {
    this.path = path;
    this.calls = calls;
    this.blocks = blocks;
    this.inode = first.stat().inode();
    this.current = first.inline();
    take(first);
  }

  /** Opens a file as the whole cluster agrees on it now; the message of a failure names it. */
  public static FileReader open(String path, NodeCalls calls, BlockService blocks)
      throws IOException {
    try {
      ExtentPage first =
          NodeCalls.body(calls.ask(new FileAsk.Open(path, PAGE), WITHIN), ExtentPage::decode);
      return new FileReader(path, calls, blocks, first);
    } catch (CallException e) {
      throw new IOException("cannot open " + path + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public int read() throws IOException {
    return fill() ? current.at(at++) & 0xFF : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, current.length() - at);
    current.copyTo(at, target, offset, count);
    at += count;
    return count;
  }

  /** Whether there is at least one byte to give. */
  private boolean fill() throws IOException {
    while (at == current.length()) {
      if (extents.isEmpty() && more) {
        takeMore();
      }
      if (extents.isEmpty()) {
        return false;
      }
      current = fetch(extents.removeFirst());
      at = 0;
    }
    return true;
  }

  private Bytes fetch(Extent extent) throws IOException {
    try {
      return blocks.read(
          new BlockMessage.Get(extent.block(), extent.length(), extent.crc32c()), WITHIN);
    } catch (CallException e) {
      throw new IOException("cannot read " + path + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void takeMore() throws IOException {
    try {
      take(
          NodeCalls.body(
              calls.ask(new FileAsk.Extents(inode, readTo, PAGE), WITHIN), ExtentPage::decode));
    } catch (CallException e) {
      throw new IOException("cannot read " + path + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void take(ExtentPage page) {
    extents.addAll(page.extents());
    more = page.more() && !page.extents().isEmpty();
    if (!page.extents().isEmpty()) {
      readTo = page.extents().getLast().end();
    }
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted", e);
  }
}
