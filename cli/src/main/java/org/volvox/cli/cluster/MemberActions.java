package org.volvox.cli.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.calls.message.MemberMessage.Answer;
import org.volvox.calls.message.MemberMessage.Kind;
import org.volvox.calls.message.MemberMessage.Request;
import org.volvox.calls.message.MemberMessage.Row;
import org.volvox.calls.message.MemberMessage.Verdict;
import org.volvox.calls.message.NodeStatus;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Human;
import org.volvox.cli.Root;
import org.volvox.client.Cluster;
import org.volvox.client.Volvox;

/**
 * Lets nodes of the local cluster join and go, for `volvox node`. What is wanted is put into the
 * cluster's log at once; the rest goes on there by itself, and a command only watches it. So a
 * command may be interrupted, and the same one asked again goes on watching.
 */
final class MemberActions {
  private static final Duration TRANSFER_MAX = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  /** Another command may add a node at the same time, but not again and again. */
  private static final int IDS_TRIED_MAX = 5;

  private final Root root;
  private final LocalCluster local;
  private final Cluster cluster;
  private final Wanted wanted;
  private final MemberWatch watch;

  /** The options: as a voter, whatever is at risk, and without watching. */
  record Wanted(boolean votes, boolean isForced, boolean isWatched) {}

  MemberActions(Root root, LocalCluster local, Volvox volvox, Wanted wanted) {
    this.root = root;
    this.local = local;
    this.cluster = volvox.cluster();
    this.wanted = wanted;
    this.watch = new MemberWatch(root, local, cluster);
  }

  void add() throws IOException, InterruptedException {
    NodeId id = join(show(), wanted.votes(), Optional.empty());
    say(id + " is added" + (wanted.votes() ? " and becomes a voter once it has caught up" : ""));
    if (wanted.isWatched()) {
      var _ = watch.untilJoined(id, wanted.votes(), Optional.empty());
      say(id + (wanted.votes() ? " is a voter" : " is a learner") + " and has all its blocks");
    }
  }

  void replace(NodeId old) throws IOException, InterruptedException {
    Answer now = show();
    Optional<Row> begun =
        now.rows().stream().filter(row -> row.replaces().equals(Optional.of(old))).findFirst();
    if (begun.isEmpty() && now.row(old).isEmpty()) {
      throw unknown(old, now);
    }
    boolean votes = now.row(old).map(row -> row.kind() == Kind.VOTER).orElse(true);
    NodeId id;
    if (begun.isPresent()) {
      id = begun.get().id();
      local.writeMembers(now);
      new Starter(local).start(id);
      if (wanted.isForced() && now.row(old).isPresent()) {
        ask(new Request.Remove(old, false, true), "cannot remove " + old);
      }
      say(id + " is taking the place of " + old + " already");
    } else {
      id = join(now, votes, Optional.of(old));
      say(id + " takes the place of " + old);
    }
    if (wanted.isWatched()) {
      local.writeMembers(watch.untilJoined(id, votes, Optional.of(old)));
      say(id + " is " + (votes ? "a voter" : "a learner") + " and has all its blocks");
      sayGone(old);
    }
  }

  /** Makes a node, starts it and has it added; gives its id. */
  private NodeId join(Answer now, boolean votes, Optional<NodeId> replaces)
      throws IOException, InterruptedException {
    awaitLeader(); // A node made for a cluster that cannot take it would only be in the way.
    Answer before = now;
    for (int i = 0; i < IDS_TRIED_MAX; i++) {
      NodeId id = new NodeId(before.lastId() + 1);
      String address = local.makeJoining(id, before);
      Answer answer;
      try {
        new Starter(local).startJoining(id, address);
        answer = cluster.members(new Request.Add(id, address, votes, replaces, wanted.isForced()));
      } catch (Failure e) {
        local.discard(id);
        throw e;
      }
      if (answer.verdict() == Verdict.DONE) {
        local.writeMembers(answer);
        return id;
      }
      local.discard(id);
      if (answer.verdict() == Verdict.REFUSED) {
        throw refused(
            replaces.map(old -> "cannot replace " + old).orElse("cannot add a node"), answer);
      }
      before = answer;
    }
    throw new Failure(
        ExitCode.FAILED,
        "cannot add a node: others are added all the time",
        "Nothing was changed. Try again.");
  }

  void promote(NodeId id) throws IOException, InterruptedException {
    Answer answer = ask(new Request.Promote(id), "cannot promote " + id);
    if (answer.row(id).map(row -> row.kind() != Kind.VOTER).orElse(false)) {
      say(id + " becomes a voter once it has caught up");
    }
    if (wanted.isWatched()) {
      local.writeMembers(watch.untilJoined(id, true, answer.row(id).flatMap(Row::replaces)));
      say(id + " is a voter");
    }
  }

  void remove(NodeId id) throws IOException, InterruptedException {
    Answer answer = ask(new Request.Remove(id, false, wanted.isForced()), "cannot remove " + id);
    if (answer.row(id).isPresent() && !wanted.isForced()) {
      say(id + " leaves once its blocks are on two others; volvox node keep " + id + " undoes it");
    }
    if (wanted.isWatched()) {
      local.writeMembers(watch.untilGone(id));
      sayGone(id);
    }
  }

  void keep(NodeId id) throws IOException, InterruptedException {
    ask(new Request.Remove(id, true, false), "cannot keep " + id);
    say(id + " stays");
  }

  void drain(NodeId id) throws IOException, InterruptedException {
    ask(new Request.Drain(id, true), "cannot drain " + id);
    say(id + " gives its blocks to others; volvox node drain " + id + " --off undoes it");
    if (wanted.isWatched()) {
      watch.untilDrained(id);
      say(id + " holds no block that others lack, and can be stopped: volvox node stop " + id);
    }
  }

  void undrain(NodeId id) throws IOException, InterruptedException {
    ask(new Request.Drain(id, false), "cannot take " + id + " back");
    say(id + " holds blocks again");
  }

  private void sayGone(NodeId id) throws IOException, InterruptedException {
    boolean hasEnded = watch.hasEnded(id);
    if (hasEnded && local.hasFolder(id)) {
      local.markRemoved(id);
    }
    say(id + " is removed, and its id is never used again");
    if (!hasEnded) {
      say("its process still runs: volvox node kill " + id);
    }
    if (local.hasFolder(id)) {
      say("its folder can be deleted: " + local.path().resolve(id.toString()));
    }
  }

  void transfer(Optional<NodeId> to) throws IOException, InterruptedException {
    NodeId before = awaitLeader();
    ask(new Request.Transfer(to), "cannot hand over");
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < TRANSFER_MAX.toNanos()) {
      Optional<NodeId> now = leader();
      if (to.isPresent() ? now.equals(to) : now.isPresent() && !now.get().equals(before)) {
        Duration span = Duration.ofNanos(System.nanoTime() - begun);
        say(now.orElseThrow() + " leads, after " + Human.span(span));
        return;
      }
      Leadership.pause(LOOK_AGAIN);
    }
    throw new Failure(
        ExitCode.FAILED,
        before + " did not hand over within " + TRANSFER_MAX.toSeconds() + " s and leads on",
        "See who is behind: volvox nodes");
  }

  private Optional<NodeId> leader() throws IOException, InterruptedException {
    List<NodeStatus> nodes = cluster.nodes();
    long voters = show().rows().stream().filter(row -> row.kind() == Kind.VOTER).count();
    return Leadership.agreed(nodes, (int) voters).map(NodeStatus::node);
  }

  /** An election may be under way: that is worth a moment. */
  private NodeId awaitLeader() throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Optional<NodeId> now = leader();
    while (now.isEmpty()) {
      if (System.nanoTime() - begun > TRANSFER_MAX.toNanos()) {
        throw new Failure(
            ExitCode.UNREACHABLE,
            "no node leads, so nobody can join or go",
            "Nothing was changed. See who is up: volvox nodes");
      }
      Leadership.pause(LOOK_AGAIN);
      now = leader();
    }
    return now.get();
  }

  void priority(NodeId id, String text) throws IOException, InterruptedException {
    if (!text.matches("\\d{1,3}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 100) {
      throw Failure.usage("not a priority: " + text, "1 to 100; the highest should lead.");
    }
    ask(new Request.Priority(id, Integer.parseInt(text)), "cannot set the priority of " + id);
    say(id + " has priority " + text);
  }

  private Answer show() throws IOException, InterruptedException {
    return cluster.members(new Request.Show());
  }

  private Answer ask(Request request, String what) throws IOException, InterruptedException {
    Answer answer = cluster.members(request);
    if (answer.verdict() != Verdict.DONE) {
      throw refused(what, answer);
    }
    return answer;
  }

  private Failure refused(String what, Answer answer) {
    boolean isRisk = answer.text().contains("fewer than two");
    return new Failure(
        ExitCode.FAILED,
        what + ": " + answer.text(),
        isRisk
            ? "Nothing was changed. Add or start a node first, or lose copies with --force."
            : "Nothing was changed. See: volvox nodes");
  }

  private static Failure unknown(NodeId id, Answer now) {
    return Failure.usage(
        id.value() <= now.lastId() ? id + " was removed" : "no node " + id,
        "See them: volvox nodes");
  }

  private void say(String line) {
    root.streams().say(line);
  }
}
