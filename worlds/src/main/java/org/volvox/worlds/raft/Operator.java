package org.volvox.worlds.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.Prng;
import org.volvox.consensus.raft.Input;
import org.volvox.consensus.raft.Member;
import org.volvox.consensus.raft.MemberChange;
import org.volvox.consensus.raft.Membership;
import org.volvox.consensus.raft.RaftView;
import org.volvox.consensus.raft.Role;

/**
 * Who sets machines up and asks for changes of members: new ones, replacements, departures,
 * handovers, in any order and mostly of a node that believes it leads. It asks for nothing that
 * would leave a quorum without a good copy, and never gives an id twice.
 */
final class Operator {
  private static final int VOTERS_MAX = 7;

  /** Above all numbers that a machine gives to its clients' requests. */
  static final long REQUESTS_FROM = 1L << 40;

  private final Cluster cluster;
  private final Prng prng;
  private final int churnMicros;
  private int changes;

  Operator(Cluster cluster, int churnMicros, Prng prng) {
    this.cluster = cluster;
    this.churnMicros = churnMicros;
    this.prng = prng;
  }

  void start() {
    if (churnMicros > 0) {
      cluster.schedule(prng.between(1, 2 * churnMicros), new Event.Operate());
    }
  }

  void onTick() {
    boolean anybody = prng.below(16) == 0;
    List<SimNode> asked = new ArrayList<>();
    for (SimNode node : cluster.nodes()) {
      boolean fits =
          node.view()
              .filter(view -> anybody || view.role() == Role.LEADER)
              .map(view -> !view.members().members().isEmpty())
              .orElse(false);
      if (fits) {
        asked.add(node);
      }
    }
    if (!asked.isEmpty()) {
      ask(asked.get(prng.below(asked.size())));
    }
    start();
  }

  private void ask(SimNode leader) {
    Membership now = leader.view().map(RaftView::members).orElse(Membership.EMPTY);
    if (prng.below(8) == 0) {
      cluster.stats().transfers++;
      Optional<NodeId> to = prng.below(2) == 0 ? Optional.empty() : Optional.of(pick(now).id());
      leader.operate(at -> new Input.Transfer(to, at));
      return;
    }
    Optional<MemberChange> change = prng.below(2) == 0 ? unfinished(now) : Optional.empty();
    if (change.isEmpty()) {
      change = draw(now);
    }
    if (change.isPresent() && isSurvivable(now, change.get())) {
      MemberChange asked = change.get();
      long id = REQUESTS_FROM + changes++;
      leader.operate(at -> new Input.ChangeMembers(id, asked, at));
    }
  }

  private Member pick(Membership now) {
    return now.members().get(prng.below(now.members().size()));
  }

  /** What the leader of a real cluster would see to by itself. */
  private Optional<MemberChange> unfinished(Membership now) {
    List<Member> open =
        now.members().stream()
            .filter(member -> member.kind() == Member.Kind.JOINING || member.leaving())
            .toList();
    return open.isEmpty()
        ? Optional.empty()
        : Optional.of(new MemberChange.Finish(open.get(prng.below(open.size())).id()));
  }

  private Optional<MemberChange> draw(Membership now) {
    Member any = pick(now);
    return switch (prng.below(8)) {
      case 0, 1 -> add(now, Optional.empty());
      case 2, 3 -> add(now, Optional.of(toReplace(now)));
      case 4 -> Optional.of(new MemberChange.Promote(any.id()));
      case 5 -> Optional.of(new MemberChange.Drain(any.id(), prng.below(3) != 0));
      case 6 -> Optional.of(new MemberChange.Remove(any.id()));
      default -> Optional.of(new MemberChange.Priority(any.id(), prng.between(1, 3)));
    };
  }

  /** One that has lost its disk, if there is one. */
  private NodeId toReplace(Membership now) {
    for (Member member : now.members()) {
      if (member.isVoter() && cluster.isRuined(member.id().value() - 1)) {
        return member.id();
      }
    }
    return pick(now).id();
  }

  /** The machine is there before the cluster hears of it. */
  private Optional<MemberChange> add(Membership now, Optional<NodeId> replaces) {
    int endpoint = now.lastId();
    if (endpoint >= cluster.nodes().size()) {
      return Optional.empty();
    }
    SimNode machine = cluster.nodes().get(endpoint);
    machine.arrive();
    machine.start();
    boolean joining = replaces.isPresent() || prng.below(2) == 0;
    return Optional.of(new MemberChange.Add(machine.id(), "", joining, replaces));
  }

  /** Whether the voters of afterwards can do without all that have lost what they had. */
  private boolean isSurvivable(Membership now, MemberChange change) {
    List<NodeId> voters = new ArrayList<>(now.newVoters());
    switch (change) {
      case MemberChange.Remove(var id) -> voters.remove(id);
      case MemberChange.Finish(var id) -> {
        Optional<Member> member = now.member(id);
        if (member.isPresent() && member.get().leaving()) {
          voters.remove(id);
        } else {
          voters.add(id);
          member.flatMap(Member::replaces).ifPresent(voters::remove);
        }
      }
      case MemberChange.Add _,
          MemberChange.Promote _,
          MemberChange.Drain _,
          MemberChange.Priority _ -> {
        // The voters stay as they are.
      }
    }
    long lost = voters.stream().filter(id -> cluster.isRuined(id.value() - 1)).count();
    // Also one that another takes the place of: what is hurt may want its copy.
    boolean goes = !voters.containsAll(now.newVoters()) || change instanceof MemberChange.Remove;
    return voters.size() <= VOTERS_MAX
        && 2 * lost < voters.size()
        && !(goes && cluster.isAnyHurt());
  }
}
