package org.volvox.consensus.raft;

import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.consensus.quorum.Majority;

/**
 * Works out the membership that a change leads to, or why there is none. Pure; {@link Members}
 * appends the result.
 *
 * <ol>
 *   <li>The voters change by a joint configuration only (section 6, thesis 4.3).
 *   <li>The last voter stays, and no id comes twice.
 * </ol>
 */
final class MemberPlan {
  /** A membership to append, or a reason not to. */
  sealed interface Result {
    record Next(Membership members) implements Result {}

    record Wrong(String why) implements Result {}
  }

  private MemberPlan() {}

  static Result of(Membership now, MemberChange change) {
    return switch (change) {
      case MemberChange.Add add -> add(now, add);
      case MemberChange.Promote(var id) ->
          now.member(id)
              .filter(member -> member.kind() == Member.Kind.LEARNER && !member.leaving())
              .map(member -> next(now.with(member.as(Member.Kind.JOINING))))
              .orElseGet(() -> wrong(id + " is no learner that stays"));
      case MemberChange.Drain(var id, var leaving) -> drain(now, id, leaving);
      case MemberChange.Priority(var id, var priority) -> priority(now, id, priority);
      case MemberChange.Finish(var id) -> finish(now, id);
      case MemberChange.Remove(var id) -> remove(now, id);
    };
  }

  private static Result add(Membership now, MemberChange.Add add) {
    if (add.id().value() <= now.lastId()) {
      return wrong("the id " + add.id() + " was given before; the next is " + (now.lastId() + 1));
    }
    if (now.members().size() >= Membership.MEMBERS_MAX) {
      return wrong("there are " + Membership.MEMBERS_MAX + " members already");
    }
    Optional<NodeId> replaces = add.replaces();
    if (replaces.isPresent()) {
      if (!add.joining() || !now.isVoter(replaces.get())) {
        return wrong(replaces.get() + " is no voter that could be replaced");
      }
      if (now.members().stream().anyMatch(member -> member.replaces().equals(replaces))) {
        return wrong(replaces.get() + " is being replaced already");
      }
    }
    try {
      return next(
          now.with(
              new Member(
                  add.id(),
                  add.address(),
                  add.joining() ? Member.Kind.JOINING : Member.Kind.LEARNER,
                  Member.PRIORITY_DEFAULT,
                  replaces,
                  false)));
    } catch (IllegalArgumentException e) {
      return wrong(String.valueOf(e.getMessage()));
    }
  }

  private static Result drain(Membership now, NodeId id, boolean leaving) {
    Optional<Member> member = now.member(id);
    if (member.isEmpty()) {
      return wrong("there is no member " + id);
    }
    if (leaving && isLastVoter(now, id)) {
      return wrong(id + " is the last voter");
    }
    return next(now.with(member.get().withLeaving(leaving)));
  }

  private static Result priority(Membership now, NodeId id, int priority) {
    Optional<Member> member = now.member(id);
    if (member.isEmpty()) {
      return wrong("there is no member " + id);
    }
    if (priority < 1 || priority > Member.PRIORITY_MAX) {
      return wrong("a priority is 1 to " + Member.PRIORITY_MAX + ", not " + priority);
    }
    return next(now.with(member.get().withPriority(priority)));
  }

  private static Result finish(Membership now, NodeId id) {
    Optional<Member> found = now.member(id);
    if (found.isPresent() && found.get().leaving()) {
      return remove(now, id);
    }
    if (found.isEmpty() || found.get().kind() != Member.Kind.JOINING) {
      return wrong(id + " neither joins nor leaves");
    }
    Member incoming = found.get().as(Member.Kind.INCOMING);
    Optional<Member> replaced = found.get().replaces().flatMap(now::member).filter(Member::isVoter);
    if (replaced.isPresent()) {
      return next(now.with(incoming, replaced.get().as(Member.Kind.OUTGOING)));
    }
    return now.newVoters().size() < Majority.VOTERS_MAX
        ? next(now.with(incoming))
        : wrong("there are " + Majority.VOTERS_MAX + " voters already");
  }

  private static Result remove(Membership now, NodeId id) {
    Optional<Member> member = now.member(id);
    if (member.isEmpty()) {
      return wrong("there is no member " + id);
    }
    if (!member.get().isVoter()) {
      return next(now.without(id));
    }
    return isLastVoter(now, id)
        ? wrong(id + " is the last voter")
        : next(now.with(member.get().as(Member.Kind.OUTGOING)));
  }

  private static boolean isLastVoter(Membership now, NodeId id) {
    return now.voters().size() == 1 && now.isVoter(id);
  }

  private static Result next(Membership members) {
    return new Result.Next(members);
  }

  private static Result wrong(String why) {
    return new Result.Wrong(why);
  }
}
