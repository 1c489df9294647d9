package org.volvox.verify.fallacies;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.client.service.Binding;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.ServiceException;

/**
 * A program with the client library under a fault: calls a {@link Probe}, and binds one. Its
 * arguments are the cluster's folder and a timeout in milliseconds. Each answer has the
 * milliseconds, the exit code that {@code volvox call} would have, and words.
 */
public final class Caller {
  private static final int NOT_OURS = 1;
  private static final int UNSUPPORTED = 2;
  private static final int CERTAINLY_NOT = 3;
  private static final int NOT_ALLOWED = 4;
  private static final int MAYBE = 124;

  private final Volvox volvox;
  private final Probe probe;
  private final NewerProbe newer;
  private Optional<Binding> bound = Optional.empty();

  private Caller(Volvox volvox, Duration timeout) {
    this.volvox = volvox;
    CallOptions options = CallOptions.DEFAULT.within(timeout);
    this.probe = volvox.services().lookup(Probe.NAME, Probe.class, options);
    this.newer = volvox.services().lookup(Probe.NAME, NewerProbe.class, options);
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Duration timeout = Duration.ofMillis(Long.parseLong(arguments[1]));
    ClusterAddress address = ClusterAddress.ofFolder(Path.of(arguments[0]));
    try (Volvox volvox = Volvox.connect(address, ClientOptions.DEFAULT.within(timeout));
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Caller caller = new Caller(volvox, timeout);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        long begun = System.nanoTime();
        String answer = caller.answer(List.of(line.split(Talker.BETWEEN, -1)));
        long millis = (System.nanoTime() - begun) / 1_000_000;
        System.out.println(Talker.ANSWER + millis + " " + answer.replace('\n', ' '));
      }
    }
  }

  private String answer(List<String> words) throws InterruptedException {
    try {
      return "0 " + value(words);
    } catch (ServiceException e) {
      return code(e) + " " + e.kind() + " mayHaveRun=" + e.mayHaveRun() + " " + e.getMessage();
    } catch (VolvoxException e) {
      return code(e) + " " + e.kind() + " " + e.getMessage();
    } catch (IOException | RuntimeException e) {
      return NOT_OURS + " " + e;
    }
  }

  private String value(List<String> words) throws IOException, InterruptedException {
    return switch (words.getFirst()) {
      case "add" -> Long.toString(probe.add(20, 22));
      case "enter" -> Integer.toString(probe.enter(words.get(1)));
      case "down" -> counted(probe.down(Long.parseLong(words.get(1))));
      case "sum" -> Long.toString(probe.sum(upTo(Long.parseLong(words.get(1)))));
      case "fail" -> {
        probe.fail(words.get(1));
        yield "nothing was thrown";
      }
      case "gone" -> Integer.toString(newer.gone(1));
      case "bind" -> {
        bound = Optional.of(volvox.services().bind(words.get(1), Probe.class, new ProbeHost()));
        yield "bound";
      }
      case "unbind" -> {
        bound.ifPresent(Binding::close);
        bound = Optional.empty();
        yield "unbound";
      }
      default -> throw new IllegalArgumentException(words.getFirst());
    };
  }

  private static String counted(Iterator<Long> numbers) {
    long count = 0;
    long sum = 0;
    while (numbers.hasNext()) {
      sum += numbers.next();
      count++;
    }
    return count + " " + sum;
  }

  private static Iterator<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).iterator();
  }

  private static int code(ServiceException e) {
    return switch (e.kind()) {
      case UNSUPPORTED -> UNSUPPORTED;
      case NOT_ALLOWED -> NOT_ALLOWED;
      case UNAVAILABLE, DEADLINE, CANCELLED, BUSY, FAILED -> e.mayHaveRun() ? MAYBE : CERTAINLY_NOT;
    };
  }

  private static int code(VolvoxException e) {
    return switch (e.kind()) {
      case REFUSED, FAILED -> NOT_OURS;
      case NO_QUORUM, UNREACHABLE -> CERTAINLY_NOT;
      case NOT_ALLOWED -> NOT_ALLOWED;
      case UNKNOWN -> MAYBE;
    };
  }
}
