package org.volvox.verify.fallacies;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.volvox.verify.process.LineProcess;

/** A program that answers each line with one that begins with {@link #ANSWER}. */
final class Talker implements AutoCloseable {
  static final String ANSWER = "= ";

  /** Between the words of a line, so that a word may hold blanks. */
  static final String BETWEEN = "\t";

  private final String name;
  private final LineProcess process;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  Talker(String name, List<String> line, Path log) throws IOException {
    this.name = name;
    process = new LineProcess(name, line, log, this::take);
  }

  private void take(String line) {
    if (line.startsWith(ANSWER)) answers.add(line.substring(ANSWER.length()));
  }

  /** Its answer to these words; one that takes longer than {@code limit} is a failure. */
  synchronized String ask(Duration limit, String... words) {
    process.tell(String.join(BETWEEN, words));
    try {
      String answer = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (answer == null) {
        throw new IllegalStateException(
            name + " does not answer " + String.join(" ", words) + " within " + limit);
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.close();
  }
}
