package org.volvox.verify.service;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import org.volvox.client.Volvox;

/** A program that offers a {@link Ledger} which outlives it, until it is killed. */
public final class LedgerHost implements Ledger {
  private final OutputStream book;
  private long entries;

  private LedgerHost(OutputStream book) {
    this.book = book;
  }

  /** Arguments: the cluster's folder, the file for the entries. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (OutputStream book =
            Files.newOutputStream(
                Path.of(arguments[1]), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Volvox volvox = Volvox.connect(Path.of(arguments[0]))) {
      volvox.services().bind("test/Ledger", Ledger.class, new LedgerHost(book));
      new CountDownLatch(1).await();
    }
  }

  @Override
  public synchronized long enter(long number) throws IOException {
    book.write((number + "\n").getBytes(StandardCharsets.US_ASCII));
    return ++entries;
  }
}
