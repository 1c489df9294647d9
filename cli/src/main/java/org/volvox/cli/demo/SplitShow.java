package org.volvox.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.volvox.base.Bytes;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.Consistency;
import org.volvox.calls.message.LinkRule;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.Human;
import org.volvox.cli.Table;
import org.volvox.cli.cluster.Leadership;
import org.volvox.cli.cluster.Links;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.AvailableSpace;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.Told;
import org.volvox.client.keys.Written;

/**
 * `volvox demo split`: five nodes cut two from three; what keys of each kind answer on each side,
 * and what becomes of it when the sides meet again. Each line is verified.
 */
final class SplitShow {
  static final int NODES = 5;

  private static final int FEW = 2;
  private static final String CONSISTENT = "bank";
  private static final String AVAILABLE = "cart";
  private static final String NOTE = "note";
  private static final String COUPON = "coupon";
  private static final String LIST = "list";
  private static final String VISITS = "visits";

  /** Far more than the second or so after which a node that hears nobody refuses by itself. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration INSIGHT_MAX = Duration.ofSeconds(30);
  private static final Duration MERGE_MAX = Duration.ofSeconds(60);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final Stage stage;
  private final Talk talk;
  private final List<NodeId> left;
  private final List<NodeId> right;

  /** What each side showed before they met again. */
  private List<View> apart = List.of();

  /** Keys of both kinds, entered through one node. */
  private record Side(NodeId node, ConsistentSpace bank, AvailableSpace cart) {
    static Side at(NodeId node, Volvox volvox) throws VolvoxException, InterruptedException {
      return new Side(
          node, volvox.keys().consistent(CONSISTENT), volvox.keys().available(AVAILABLE));
    }
  }

  /** What an available space shows at one node. */
  private record View(List<String> notes, List<String> list, long visits, boolean hasCoupon) {
    static View of(AvailableSpace cart) throws VolvoxException, InterruptedException {
      return new View(
          cart.register(NOTE).all().value().stream().map(Written::value).map(Bytes::utf8).toList(),
          cart.set(LIST).elements().value().stream().map(Bytes::utf8).toList(),
          cart.counter(VISITS).get().value(),
          cart.register(COUPON).get().value().isPresent());
    }

    String note() {
      return notes.isEmpty() ? "none" : quoted(notes.getLast());
    }

    String coupon() {
      return hasCoupon ? "there" : "deleted";
    }
  }

  /** Something that is asked of a side, and what it answered, as a cell of a table. */
  private interface Question {
    String answer() throws VolvoxException, InterruptedException;
  }

  SplitShow(Stage stage) {
    this.stage = stage;
    this.talk = stage.talk();
    this.left = stage.local().nodes().subList(0, FEW);
    this.right = stage.local().nodes().subList(FEW, NODES);
  }

  List<Step> steps() {
    return List.of(new Before(), new Cut(), new Heal());
  }

  private static String names(List<NodeId> nodes) {
    return nodes.stream().map(NodeId::toString).collect(Collectors.joining(" "));
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  /** Makes both spaces and puts the same into them. */
  private final class Before implements Step {
    @Override
    public String name() {
      return "before";
    }

    @Override
    public void run(Stage on) throws IOException, InterruptedException, Wrong {
      try (Volvox volvox = stage.through(left.getFirst())) {
        var _ = volvox.keys().create(CONSISTENT, Consistency.CONSISTENT);
        var _ = volvox.keys().create(AVAILABLE, Consistency.AVAILABLE);
        Side side = Side.at(left.getFirst(), volvox);
        var _ = side.bank().put(NOTE, "old");
        side.cart().register(NOTE).put("old");
        side.cart().register(COUPON).put("10 %");
        side.cart().set(LIST).add("bread");
        side.cart().set(LIST).add("milk");
        var _ = side.cart().counter(VISITS).add(10);
      }
      View first = awaitEqual(new View(List.of("old"), List.of("bread", "milk"), 10, true));
      talk.line("two spaces of keys, on all five nodes:");
      talk.line("  bank  consistent: one answer for everybody, or none");
      talk.line("  cart  available: an answer at every node, and a merge when nodes meet again");
      talk.line(
          "bank: note \"old\"; cart: note "
              + first.note()
              + ", list "
              + first.list()
              + ", visits "
              + first.visits()
              + ", a coupon");
    }
  }

  /** Waits until a node of each side and all others show this; gives it. */
  private View awaitEqual(View wanted) throws IOException, InterruptedException, Step.Wrong {
    long deadline = System.nanoTime() + MERGE_MAX.toNanos();
    List<View> seen = List.of();
    String unknown = "";
    while (deadline - System.nanoTime() > 0) {
      seen = new ArrayList<>();
      for (NodeId node : stage.local().nodes()) {
        try (Volvox volvox = stage.through(node)) {
          seen.add(View.of(volvox.keys().available(AVAILABLE)));
        } catch (VolvoxException e) {
          unknown = String.valueOf(e.getMessage()); // It does not know the space yet.
        }
      }
      if (seen.size() == NODES && seen.stream().allMatch(wanted::equals)) {
        return wanted;
      }
      Leadership.pause(LOOK_AGAIN);
    }
    throw new Step.Wrong("the nodes show " + seen + ", not all " + wanted + "; " + unknown);
  }

  /** Cuts, and asks both sides. */
  private final class Cut implements Step {
    @Override
    public String name() {
      return "cut";
    }

    @Override
    public void run(Stage on) throws IOException, InterruptedException, Wrong {
      try (Volvox few = stage.through(left.getFirst(), PATIENCE);
          Volvox many = stage.through(right.getFirst(), PATIENCE)) {
        Side fewer = Side.at(left.getFirst(), few);
        Side more = Side.at(right.getFirst(), many);
        var _ = fewer.bank().get(NOTE); // Each has its session before the cut.
        var _ = more.bank().putIfAbsent(Bytes.utf8("opened"), Bytes.EMPTY);
        var _ = fewer.bank().putIfAbsent(Bytes.utf8("opened"), Bytes.EMPTY);
        Links links = new Links(many.cluster());
        var _ = links.set(new Links.Sides(left, right), new LinkRule(left.getFirst(), true, 0, 0));
        awaitInsight(few, many);
        talk.line(names(left) + " | " + names(right) + ": no message passes between the sides");
        talk.plain("");
        ask(fewer, more);
        apart = List.of(View.of(fewer.cart()), View.of(more.cart()));
      }
    }
  }

  /** Lets the sides meet again. */
  private final class Heal implements Step {
    @Override
    public String name() {
      return "heal";
    }

    @Override
    public void run(Stage on) throws IOException, InterruptedException, Wrong {
      try (Volvox volvox = stage.through(right.getFirst())) {
        var _ = new Links(volvox.cluster()).heal();
      }
      heal(apart.getFirst(), apart.getLast());
    }
  }

  /** Each side knows by now that it does not hear the other. */
  private void awaitInsight(Volvox few, Volvox many)
      throws IOException, InterruptedException, Step.Wrong {
    var _ = stage.leaderAmong(many, right);
    long deadline = System.nanoTime() + INSIGHT_MAX.toNanos();
    while (!isCutOff(few) || silent(few).size() < right.size() || silent(many).size() < FEW) {
      Step.require(
          deadline - System.nanoTime() > 0,
          names(left) + ", cut off, have not noticed it after " + INSIGHT_MAX.toSeconds() + " s");
      Leadership.pause(LOOK_AGAIN);
    }
  }

  private static List<Told.Silent> silent(Volvox volvox)
      throws VolvoxException, InterruptedException {
    return volvox.keys().available(AVAILABLE).counter(VISITS).get().silent();
  }

  private boolean isCutOff(Volvox few) throws InterruptedException {
    List<NodeStatus> seen = few.cluster().seenBy(left.getFirst());
    return !seen.isEmpty()
        && seen.stream()
            .allMatch(status ->
                left.contains(status.node())
                    ? status.role() != NodeStatus.Role.LEADER
                    : !status.isUp());
  }

  /** The same questions at both sides. */
  private void ask(Side few, Side more) throws InterruptedException, Step.Wrong {
    Table table =
        new Table(
            "ASKED",
            "",
            "AT " + few.node() + ", THE SIDE OF TWO",
            "AT " + more.node() + ", THE SIDE OF THREE");
    table.row(
        "bank (consistent)",
        "get note",
        refused(() -> read(few.bank())),
        done(() -> read(more.bank())));
    table.row(
        "",
        "put note",
        refused(() -> "revision " + few.bank().put(NOTE, "left")),
        done(() -> {
          var _ = more.bank().put(NOTE, "right");
          return quoted("right");
        }));
    askCart(table, few.cart(), more.cart());
    table.print(talk.streams().out());
    talk.plain("");
    talk.plain(
        "Given up: bank gives up answering on the side of two, though each value is on its disks.");
    talk.plain(
        "          cart gives up that both sides know the same: each shows what it heard of.");
    talk.plain(
        "          Nobody can have both (Gilbert and Lynch 2002): a key space chooses its side.");
    talk.plain("");
    talk.verified(
        "reads and writes of bank at " + few.node() + " / " + more.node(), "refused / done");
    talk.verified("reads and writes of cart at both", "done");
  }

  private static void askCart(Table table, AvailableSpace few, AvailableSpace more)
      throws InterruptedException, Step.Wrong {
    table.row(
        "cart (available)",
        "get note",
        done(() -> read(few.register(NOTE).get())),
        done(() -> read(more.register(NOTE).get())));
    table.row("", "put note", done(() -> note(few, "left")), done(() -> note(more, "right")));
    table.row(
        "",
        "list",
        done(() -> {
          few.set(LIST).add("eggs");
          few.set(LIST).remove("milk");
          return "eggs added, milk removed";
        }),
        done(() -> {
          more.set(LIST).add("beer");
          more.set(LIST).add("milk");
          return "beer added, and milk once more";
        }));
    table.row("", "visits", done(() -> visits(few, 3)), done(() -> visits(more, 4)));
    table.row(
        "",
        "coupon",
        done(() -> {
          few.register(COUPON).erase();
          return "deleted";
        }),
        "left alone");
  }

  private static String read(ConsistentSpace bank) throws VolvoxException, InterruptedException {
    return bank.get(NOTE).map(row -> quoted(row.value().utf8())).orElse("none");
  }

  private static String read(Told<Optional<Bytes>> told) {
    String silent =
        told.silent().stream().map(each -> each.node().toString()).collect(Collectors.joining(" "));
    Duration age =
        told.silent().stream().map(Told.Silent::age).max(Duration::compareTo).orElse(Duration.ZERO);
    return told.value().map(value -> quoted(value.utf8())).orElse("none")
        + ", without news of "
        + silent
        + " for "
        + Human.span(age)
        + ",";
  }

  private static String note(AvailableSpace cart, String value)
      throws VolvoxException, InterruptedException {
    cart.register(NOTE).put(value);
    return quoted(value);
  }

  private static String visits(AvailableSpace cart, long more)
      throws VolvoxException, InterruptedException {
    return "+" + more + " is " + cart.counter(VISITS).add(more).value();
  }

  private static String done(Question question) throws InterruptedException, Step.Wrong {
    long begun = System.nanoTime();
    try {
      String answer = question.answer();
      double millis = (System.nanoTime() - begun) / 1e6;
      return answer + String.format(Locale.ROOT, " in %.1f ms", millis);
    } catch (VolvoxException e) {
      throw new Step.Wrong("what must be answered was not: " + e.getMessage());
    }
  }

  private static String refused(Question question) throws InterruptedException, Step.Wrong {
    long begun = System.nanoTime();
    try {
      throw new Step.Wrong("a side without a majority answered: " + question.answer());
    } catch (VolvoxException e) {
      Step.require(
          e.kind() != VolvoxException.Kind.UNKNOWN,
          "what must be refused was left unknown: " + e.getMessage());
      String why = e.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      Duration span = Duration.ofNanos(System.nanoTime() - begun);
      return "refused after " + Human.span(span) + ": " + why;
    }
  }

  /** Both sides' changes are everywhere; what was deleted is gone, and no count is lost. */
  private void heal(View few, View more) throws IOException, InterruptedException, Step.Wrong {
    long begun = System.nanoTime();
    View wanted =
        new View(List.of("left", "right"), List.of("beer", "bread", "eggs", "milk"), 17, false);
    View merged = awaitEqual(wanted);
    talk.line(
        "all five show the same after " + Human.span(Duration.ofNanos(System.nanoTime() - begun)));
    talk.plain("");
    Table table =
        new Table(
            "", "", "AT " + left.getFirst(), "AT " + right.getFirst(), "NOW, AT ALL FIVE", "");
    table.row("bank", "note", "refused", "\"right\"", bankEverywhere(), "what the majority wrote");
    table.row(
        "cart",
        "note",
        few.note(),
        more.note(),
        merged.note(),
        "the last by hybrid clock; " + quoted(merged.notes().getFirst()) + " is kept beside it");
    table.row(
        "",
        "list",
        String.join(" ", few.list()),
        String.join(" ", more.list()),
        String.join(" ", merged.list()),
        "milk was added again by who did not know of the removal");
    table.row(
        "",
        "visits",
        Long.toString(few.visits()),
        Long.toString(more.visits()),
        Long.toString(merged.visits()),
        "10 + 3 + 4: nobody's count is lost");
    table.row(
        "",
        "coupon",
        few.coupon(),
        more.coupon(),
        merged.coupon(),
        "what is deleted does not rise");
    table.print(talk.streams().out());
    talk.verified("cart at all five nodes after the heal", "equal, and all of both sides in it");
    talk.verified("note of bank at all five nodes", "what the side of three wrote");
  }

  private String bankEverywhere() throws IOException, InterruptedException, Step.Wrong {
    for (NodeId node : stage.local().nodes()) {
      try (Volvox volvox = stage.through(node)) {
        String note = read(volvox.keys().consistent(CONSISTENT));
        Step.require(note.equals("\"right\""), node + " shows " + note + " in bank");
      }
    }
    return "\"right\"";
  }
}
