package org.volvox.consensus.raft;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.consensus.quorum.Majority;

/**
 * Who belongs to a group, as an entry of its log says it (thesis 4.3). One with incoming or
 * outgoing members is a joint configuration: what is agreed needs a majority of the old voters and
 * one of the new.
 *
 * @param members in order of their ids
 * @param lastId the highest id that anybody ever had, so that none is used again
 */
public record Membership(List<Member> members, int lastId) {
  /** What a machine knows that is to join: nobody. */
  public static final Membership EMPTY = new Membership(List.of(), 0);

  public static final int MEMBERS_MAX = 1024;
  private static final int VERSION = 1;
  private static final int MEMBER_BYTES_MIN = 2 + 1 + 1 + 1 + 2 + 4;

  public Membership {
    members = members.stream().sorted(Comparator.comparing(Member::id)).toList();
    long distinct = members.stream().map(Member::id).distinct().count();
    if (distinct != members.size() || members.size() > MEMBERS_MAX) {
      throw new IllegalArgumentException("not a set of members: " + members);
    }
    if (!members.isEmpty() && members.getLast().id().value() > lastId) {
      throw new IllegalArgumentException(members.getLast().id() + " is above " + lastId);
    }
    int olds = (int) members.stream().filter(Member::votesInOld).count();
    int news = (int) members.stream().filter(Member::votesInNew).count();
    if ((!members.isEmpty() && (olds < 1 || news < 1))
        || olds > Majority.VOTERS_MAX
        || news > Majority.VOTERS_MAX) {
      throw new IllegalArgumentException("not 1 to " + Majority.VOTERS_MAX + " voters: " + members);
    }
  }

  /** The voters that a group begins with. */
  public static Membership of(List<NodeId> voters) {
    return new Membership(
        voters.stream().map(Member::voter).toList(),
        voters.stream().mapToInt(NodeId::value).max().orElse(0));
  }

  public Optional<Member> member(NodeId id) {
    for (Member member : members) {
      if (member.id().equals(id)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  public boolean isVoter(NodeId id) {
    return member(id).map(Member::isVoter).orElse(false);
  }

  public boolean isJoint() {
    return members.stream()
        .anyMatch(m -> m.kind() == Member.Kind.INCOMING || m.kind() == Member.Kind.OUTGOING);
  }

  /** All who vote, in either half, in order. */
  public List<NodeId> voters() {
    return members.stream().filter(Member::isVoter).map(Member::id).toList();
  }

  /** The voters of before a change; all of them if there is none. */
  public List<NodeId> oldVoters() {
    return members.stream().filter(Member::votesInOld).map(Member::id).toList();
  }

  /** The voters of after a change; all of them if there is none. */
  public List<NodeId> newVoters() {
    return members.stream().filter(Member::votesInNew).map(Member::id).toList();
  }

  /** The highest priority of a voter that stays. */
  int priorityMax() {
    return members.stream()
        .filter(Member::votesInNew)
        .mapToInt(Member::priority)
        .max()
        .orElse(Member.PRIORITY_DEFAULT);
  }

  /** What a joint configuration leads to. */
  Membership left() {
    List<Member> next = new ArrayList<>();
    for (Member member : members) {
      if (member.kind() != Member.Kind.OUTGOING) {
        next.add(member.kind() == Member.Kind.INCOMING ? member.as(Member.Kind.VOTER) : member);
      }
    }
    return new Membership(next, lastId);
  }

  /** The same with these in place of, or beside, the members of their ids. */
  Membership with(Member... changed) {
    List<Member> all = new ArrayList<>(members);
    int highest = lastId;
    for (Member next : changed) {
      all.removeIf(member -> member.id().equals(next.id()));
      all.add(next);
      highest = Math.max(highest, next.id().value());
    }
    return new Membership(all, highest);
  }

  Membership without(NodeId id) {
    return new Membership(members.stream().filter(m -> !m.id().equals(id)).toList(), lastId);
  }

  /**
   * As bytes, version 1:
   *
   * <pre>
   * u8 version (1)   u16 last id   u32 count   count of {
   *   u16 id   u8 kind (1 voter 2 learner 3 joining 4 incoming 5 outgoing)   u8 priority
   *   bool leaving   u16 replaces (0 nobody)   text address }
   * </pre>
   */
  public Bytes encode() {
    ByteWriter out = new ByteWriter(16 + members.size() * 40);
    out.u8(VERSION).u16(lastId).u32(members.size());
    for (Member member : members) {
      out.u16(member.id().value())
          .u8(code(member.kind()))
          .u8(member.priority())
          .bool(member.leaving())
          .u16(member.replaces().map(NodeId::value).orElse(0))
          .text(member.address());
    }
    return out.toBytes();
  }

  public static Membership decode(Bytes bytes) throws MalformedException {
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new MalformedException("membership of version " + version + ", this reads " + VERSION);
    }
    int lastId = in.u16();
    int count = in.count(MEMBER_BYTES_MIN);
    List<Member> members = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        members.add(member(in));
      }
      in.end();
      return new Membership(members, lastId);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("membership: " + e.getMessage());
    }
  }

  private static Member member(ByteReader in) throws MalformedException {
    NodeId id = new NodeId(in.u16());
    Member.Kind kind = kind(in.u8());
    int priority = in.u8();
    boolean leaving = in.bool();
    int replaces = in.u16();
    Optional<NodeId> replaced =
        replaces == 0 ? Optional.empty() : Optional.of(new NodeId(replaces));
    return new Member(id, in.text(), kind, priority, replaced, leaving);
  }

  private static int code(Member.Kind kind) {
    return switch (kind) {
      case VOTER -> 1;
      case LEARNER -> 2;
      case JOINING -> 3;
      case INCOMING -> 4;
      case OUTGOING -> 5;
    };
  }

  private static Member.Kind kind(int code) throws MalformedException {
    return switch (code) {
      case 1 -> Member.Kind.VOTER;
      case 2 -> Member.Kind.LEARNER;
      case 3 -> Member.Kind.JOINING;
      case 4 -> Member.Kind.INCOMING;
      case 5 -> Member.Kind.OUTGOING;
      default -> throw new MalformedException("member of unknown kind " + code);
    };
  }
}
