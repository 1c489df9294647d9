package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.NodeId;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Effect;
import org.volvox.consensus.raft.Entry;
import org.volvox.consensus.raft.HardState;
import org.volvox.consensus.raft.Recovered;

/** The logs of three members, as a history that Raft allows has left them. */
final class ThreeLogs {
  static final WalConfig CONFIG = new WalConfig(0x3106, 4096, 1 << 20);

  private final List<Node> nodes = new ArrayList<>();
  private final List<Recovered.Place> committed = new ArrayList<>();

  /** One member's disk and state. */
  static final class Node {
    final NodeId id;
    final TestDisk disk = new TestDisk();
    StateAt state = StateAt.NOTHING;
    private final RaftWal wal;
    private long writes;

    Node(int number) throws DiskException {
      id = new NodeId(number);
      wal = ((RaftWal.Start.Ready) RaftWal.open(disk, CONFIG, 0, state)).wal();
    }
  }

  ThreeLogs() throws DiskException {
    for (int i = 1; i <= 3; i++) {
      nodes.add(new Node(i));
    }
  }

  List<Node> nodes() {
    return nodes;
  }

  List<Recovered.Place> committed() {
    return committed;
  }

  static Entry entry(long term, long index) {
    return new Entry(
        new Term(term),
        new LogIndex(index),
        Entry.Kind.COMMAND,
        Bytes.utf8("entry " + index + " of term " + term));
  }

  /** Each member votes for n{leader} in a term. */
  ThreeLogs elected(long term, int leader, int... voters) throws DiskException {
    for (int voter : voters) {
      persist(voter, Optional.of(new HardState(new Term(term), Optional.of(new NodeId(leader)))));
    }
    return this;
  }

  /** The members have an entry, each in a write of its own. */
  ThreeLogs entry(long term, long index, int... members) throws DiskException {
    for (int member : members) {
      persist(member, Optional.empty(), entry(term, index));
    }
    return this;
  }

  /** A member gets several in one write. */
  ThreeLogs entries(int member, Entry... entries) throws DiskException {
    persist(member, Optional.empty(), entries);
    return this;
  }

  private void persist(int member, Optional<HardState> state, Entry... entries)
      throws DiskException {
    Node node = nodes.get(member - 1);
    node.writes++;
    node.wal.persist(new Effect.Persist(node.writes, state, List.of(entries), List.of()));
    node.wal.sync();
  }

  ThreeLogs committed(long term, long index) {
    committed.add(new Recovered.Place(new LogIndex(index), new Term(term)));
    return this;
  }

  /** The members have applied what is committed up to there. */
  ThreeLogs applied(long index, int... members) {
    for (int member : members) {
      Recovered.Place place = committed.get((int) index - 1);
      nodes.get(member - 1).state =
          new StateAt(place.index(), place.term(), LogIndex.ZERO, Optional.empty());
    }
    return this;
  }

  ThreeLogs purged(long index, int... members) throws DiskException {
    applied(index, members);
    for (int member : members) {
      Recovered.Place place = committed.get((int) index - 1);
      nodes.get(member - 1).wal.purge(place.index(), place.term());
    }
    return this;
  }

  ThreeLogs restarted(long index, int... members) throws DiskException {
    applied(index, members);
    for (int member : members) {
      Recovered.Place place = committed.get((int) index - 1);
      nodes.get(member - 1).wal.restart(place.index(), place.term());
    }
    return this;
  }

  ThreeLogs closed() throws DiskException {
    for (Node node : nodes) {
      node.wal.close();
    }
    return this;
  }

  /** Where the frames of a log begin. */
  static List<Place> frames(TestDisk disk) throws DiskException {
    FrameReader reader = new FrameReader(disk, CONFIG.logId());
    List<Place> frames = new ArrayList<>();
    for (long segment : Segments.of(disk)) {
      long offset = 0;
      while (reader.read(new Place(segment, offset))
          instanceof FrameReader.Found.Whole(var frame, _)) {
        frames.add(new Place(segment, offset));
        offset += frame.paddedBytes();
      }
    }
    return frames;
  }

  /** Flips a bit of a frame's header, or of its payload if it has one. */
  static void damage(TestDisk disk, Place frame, boolean inHeader) {
    byte[] raw = disk.raw(Segments.name(frame.segment()));
    int payload = (int) frame.offset() + Frame.HEADER_BYTES + 2;
    boolean hasPayload = raw[(int) frame.offset() + 51] != 0;
    raw[inHeader || !hasPayload ? (int) frame.offset() + 20 : payload] ^= 4;
  }

  /** What a log says when it is whole. */
  record Contents(HardState state, Recovered.Place base, List<Entry> entries) {
    Recovered.Place last() {
      return entries.isEmpty()
          ? base
          : new Recovered.Place(entries.getLast().index(), entries.getLast().term());
    }

    Optional<Entry> at(LogIndex index) {
      return entries.stream().filter(entry -> entry.index().equals(index)).findFirst();
    }
  }

  static Contents contents(RaftWal.Start.Ready ready) {
    Recovered found = ready.recovered();
    return new Contents(found.hardState(), found.base(), found.tail());
  }
}
