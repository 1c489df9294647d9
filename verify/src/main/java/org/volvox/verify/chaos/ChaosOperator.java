package org.volvox.verify.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.volvox.base.NodeId;
import org.volvox.calls.message.MemberMessage.Answer;
import org.volvox.calls.message.MemberMessage.Kind;
import org.volvox.calls.message.MemberMessage.Request;
import org.volvox.calls.message.MemberMessage.Verdict;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.verify.process.Waits;

/**
 * Who changes the members during chaos, on the network's client machine: whatever fails it asks
 * again, as it may. It obeys lines on standard input, one after the other, and tells lines:
 *
 * <pre>
 * in   id              which id comes next; "id K"
 *      add K ADDRESS   the node that runs there becomes a voter; "joined K" when it is one
 *      remove K        it leaves; "left K" when nobody counts on it any more
 *      handover        the leader hands over to whom it thinks best, if it can
 * out  failed TEXT     a change that did not come about in time
 * </pre>
 */
public final class ChaosOperator {
  private static final Duration ASK_MAX = Duration.ofSeconds(5);

  /** Faults may hold a change up for long; the run ends with a bound of its own. */
  private static final Duration CHANGED_WITHIN = Duration.ofHours(1);

  private final Volvox volvox;
  private String refusal = "nobody answers";

  private ChaosOperator(Volvox volvox) {
    this.volvox = volvox;
  }

  public static void main(String[] arguments) throws IOException {
    ClusterAddress address = ClusterAddress.ofFolder(Path.of(arguments[0]));
    try (Volvox volvox = Volvox.connect(address, ClientOptions.DEFAULT.within(ASK_MAX))) {
      ChaosOperator operator = new ChaosOperator(volvox);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        try {
          operator.obey(line.strip().split(" ", -1));
        } catch (IllegalStateException late) {
          System.out.println("failed '" + line.strip() + "': " + operator.refusal);
        }
      }
    }
  }

  private void obey(String[] words) {
    switch (words[0]) {
      case "id" -> System.out.println("id " + nextId());
      case "add" -> {
        NodeId id = new NodeId(Integer.parseInt(words[1]));
        insist(new Request.Add(id, words[2], true, Optional.empty(), false));
        until(now -> now.row(id).map(row -> row.kind() == Kind.VOTER).orElse(false));
        System.out.println("joined " + id.value());
      }
      case "remove" -> {
        NodeId id = new NodeId(Integer.parseInt(words[1]));
        insist(new Request.Remove(id, false, false));
        until(now -> now.row(id).isEmpty());
        System.out.println("left " + id.value());
      }
      case "handover" -> ask(new Request.Transfer(Optional.empty()));
      default -> throw new IllegalArgumentException(String.join(" ", words));
    }
  }

  private int nextId() {
    int[] last = {0};
    until(now -> {
      last[0] = now.lastId();
      return true;
    });
    return last[0] + 1;
  }

  private void insist(Request request) {
    Waits.until(
        CHANGED_WITHIN,
        () -> {
          @Nullable Answer answer = ask(request);
          return answer != null && answer.verdict() == Verdict.DONE;
        },
        () -> refusal);
  }

  private void until(Predicate<Answer> done) {
    Waits.until(
        CHANGED_WITHIN,
        () -> {
          @Nullable Answer now = ask(new Request.Show());
          return now != null && !now.isChanging() && done.test(now);
        },
        () -> refusal);
  }

  /** What was answered; null if nobody did. */
  private @Nullable Answer ask(Request request) {
    try {
      Answer answer = volvox.cluster().members(request);
      if (answer.verdict() != Verdict.DONE) refusal = answer.text();
      return answer;
    } catch (VolvoxException e) {
      refusal = String.valueOf(e.getMessage());
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the operator", e);
    }
  }
}
