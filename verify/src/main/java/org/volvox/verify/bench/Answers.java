package org.volvox.verify.bench;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a peer's client has promised: every peer's futures are awaited in one way. */
public final class Answers {
  private static final long SECONDS = 30;

  private Answers() {}

  public static <T> T await(String system, Future<T> answer)
      throws IOException, InterruptedException {
    try {
      return answer.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(system + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException(system + " did not answer within " + SECONDS + " s", e);
    }
  }
}
