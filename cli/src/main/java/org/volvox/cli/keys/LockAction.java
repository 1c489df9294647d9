package org.volvox.cli.keys;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.ShutdownHooks;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeyLock;

/** `volvox keys lock`: runs a command while it has a lock, as flock does. */
final class LockAction {
  /** A command that was told to end has so long before it is killed. */
  private static final Duration END_MAX = Duration.ofSeconds(5);

  private final Line line;

  LockAction(Line line) {
    this.line = line;
  }

  KeysCommand.Work work() {
    if (line.size() < 3) {
      throw Failure.usage(
          "keys lock wants SPACE NAME -- COMMAND...",
          "Such as: volvox keys lock app nightly -- ./report.sh");
    }
    Optional<Duration> wait = KeysCommand.span(line.option("--wait"));
    List<String> command = line.from(2);
    return volvox -> {
      ConsistentSpace space = Kinds.consistent(volvox.keys().open(line.word(0)), "lock");
      KeyLock lock = new KeyLock(space, line.word(1));
      Optional<KeyLock.Hold> hold =
          wait.isPresent() ? lock.tryAcquire(wait.get()) : Optional.of(lock.acquire());
      if (hold.isEmpty()) {
        throw new Failure(
            ExitCode.RUN_FAILED,
            "lock " + line.word(1) + ": others had it for " + Human.span(wait.orElseThrow()),
            "Who: volvox keys range " + space.name() + " " + line.word(1) + "/ --keys-only");
      }
      return run(hold.get(), command);
    };
  }

  private int run(KeyLock.Hold hold, List<String> command)
      throws IOException, InterruptedException {
    Runnable release = hold::close;
    ShutdownHooks.add(release);
    try {
      ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
      builder.environment().put("VOLVOX_LOCK_KEY", hold.key().utf8());
      builder.environment().put("VOLVOX_LOCK_TOKEN", Long.toString(hold.token()));
      line.streams().out().flush();
      Process process = builder.start();
      // Hooks run in the order last to first: the lock is held until the command is gone.
      Runnable end = () -> end(process);
      ShutdownHooks.add(end);
      hold.onLost(() -> {
        line.streams()
            .say("volvox: lock " + line.word(1) + " is lost; " + command.getFirst() + " must end");
        process.destroy();
      });
      try {
        return process.waitFor();
      } finally {
        end(process);
        ShutdownHooks.remove(end);
      }
    } finally {
      hold.close();
      ShutdownHooks.remove(release);
    }
  }

  private static void end(Process process) {
    if (!process.isAlive()) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(END_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
