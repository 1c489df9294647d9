package org.volvox.crdt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.volvox.base.Bytes;
import org.volvox.base.MemoryStore;
import org.volvox.base.NodeId;
import org.volvox.base.WallTime;

/** Replicas, and messages that go when a test says so. */
final class Group {
  static final AtomKey REGISTER = key("name", Kind.REGISTER, "");
  static final AtomKey ELEMENT = key("basket", Kind.ELEMENT, "apple");
  static final AtomKey COUNTER = key("visits", Kind.COUNTER, "");

  final List<Member> members = new ArrayList<>();

  static AtomKey key(String name, Kind kind, String part) {
    return new AtomKey(7, Bytes.utf8(name), kind, Bytes.utf8(part));
  }

  /** A message on its way. */
  record Mail(Member from, NodeId to, Message message) {}

  /** One replica, its store, and what it said. */
  static final class Member {
    final NodeId id;
    final MemoryStore store;
    final Replica replica;
    final ArrayDeque<Mail> out = new ArrayDeque<>();
    final List<ReplicaEffect> said = new ArrayList<>();
    final List<Long> unflushed = new ArrayList<>();
    boolean isSlow;
    long now;

    Member(int number, ReplicaConfig config, ReplicaRules rules) {
      this(number, config, rules, new MemoryStore());
    }

    Member(int number, ReplicaConfig config, ReplicaRules rules, MemoryStore store) {
      this.id = new NodeId(number);
      this.store = store;
      this.replica = new Replica(config, rules, store);
    }

    void step(ReplicaInput input) {
      replica.step(input, this::onEffect);
      while (!isSlow && !unflushed.isEmpty()) {
        flush();
      }
    }

    void flush() {
      store.flush();
      replica.step(new ReplicaInput.Flushed(unflushed.removeFirst()), this::onEffect);
    }

    private void onEffect(ReplicaEffect effect) {
      switch (effect) {
        case ReplicaEffect.Flush(var write) -> unflushed.add(write);
        case ReplicaEffect.Send(var to, var message) -> out.add(new Mail(this, to, message));
        default -> said.add(effect);
      }
    }

    void change(AtomKey key, Change change) {
      step(new ReplicaInput.Do(1, key, change, new WallTime(++now)));
    }

    Atom look(AtomKey key) {
      step(new ReplicaInput.Look(2, key));
      return ((ReplicaEffect.Seen) said.removeLast()).atom();
    }

    long count() {
      return Views.count(look(COUNTER));
    }

    void tick() {
      step(new ReplicaInput.Tick());
    }

    void hear(Member from, Message message) {
      step(new ReplicaInput.Received(from.id, message, new WallTime(now)));
    }
  }

  /** So many replicas with little logs. */
  static Group of(int size, int logMax) {
    return of(size, logMax, ReplicaRules.PAPER);
  }

  /** By rules that may be broken. */
  static Group of(int size, int logMax, ReplicaRules rules) {
    Group group = new Group();
    for (int number = 1; number <= size; number++) {
      ReplicaConfig config = new ReplicaConfig(new ReplicaId(number), 300, logMax, 10);
      group.members.add(new Member(number, config, rules));
    }
    group.meet();
    return group;
  }

  /** On stores that may have something; those that have nothing get ids from 201 on. */
  static Group on(List<MemoryStore> stores, int logMax) {
    Group group = new Group();
    for (int number = 1; number <= stores.size(); number++) {
      ReplicaConfig config = new ReplicaConfig(new ReplicaId(200 + number), 300, logMax, 10);
      group.members.add(new Member(number, config, ReplicaRules.PAPER, stores.get(number - 1)));
    }
    group.meet();
    return group;
  }

  private void meet() {
    for (Member member : members) {
      member.step(
          new ReplicaInput.Peers(
              members.stream().map(each -> each.id).filter(id -> !id.equals(member.id)).toList()));
    }
  }

  Member get(int number) {
    return members.get(number - 1);
  }

  /** Delivers what is on its way, and what comes of it; gives how many messages that was. */
  int deliver() {
    int count = 0;
    boolean isAny = true;
    while (isAny) {
      isAny = false;
      for (Member member : members) {
        if (!member.out.isEmpty()) {
          Mail mail = member.out.removeFirst();
          get(mail.to().value()).hear(member, mail.message());
          isAny = true;
          count++;
        }
      }
    }
    return count;
  }

  /** What is on its way gets lost. */
  void lose() {
    members.forEach(member -> member.out.clear());
  }

  /** All ask each other until all have the same. */
  void converge() {
    for (int i = 0; i < 40; i++) {
      members.forEach(Member::tick);
      deliver();
    }
  }

  /** What each key shows, where something is live. */
  static Map<String, Atom> shown(Member member, List<AtomKey> keys) {
    Map<String, Atom> shown = new TreeMap<>();
    keys.forEach(key -> shown.put(key.toString(), member.replica.peek(key)));
    return shown;
  }
}
