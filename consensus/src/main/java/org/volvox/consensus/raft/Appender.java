package org.volvox.consensus.raft;

import java.util.List;
import org.volvox.base.LogIndex;

/**
 * Sends a leader's appends: with entries as far as the window allows, empty as heartbeat, as
 * carrier of a round of reads, or as news of a commit. Used by {@link Replication} and {@link
 * Reads} only.
 *
 * <ol>
 *   <li>An append has about {@code appendBytesMax} of entries, at least one.
 *   <li>An empty append follows everything sent before it, so a follower that lost one refuses it:
 *       heartbeats find losses, no timer per append is needed.
 * </ol>
 */
final class Appender {
  private final RaftState state;

  /** Counts over all leaderships, so that no answer to an older request is taken for another's. */
  private long readRequests;

  Appender(RaftState state) {
    this.state = state;
  }

  void sendToAll(Leader leader) {
    for (Progress peer : leader.peers()) {
      send(leader, peer);
    }
  }

  /** Sends what may be sent now; false if that was nothing. */
  boolean send(Leader leader, Progress peer) {
    boolean sent = false;
    while (peer.maySend()) {
      if (peer.needsSnapshot(state.log().base().index())) {
        sendOffer(leader, peer);
        peer.onOffered();
        return true;
      }
      boolean behind = !peer.next().isAfter(state.log().lastIndex());
      if (state.log().isHeld(peer.next())) {
        sendEntries(leader, peer, state.log().slice(peer.next(), state.config().appendBytesMax()));
      } else if (peer.isProbing()) {
        // Whether the logs agree here can be asked without the entries that are only on disk.
        sendEmpty(leader, peer);
        peer.onSent(peer.next().previous(), 0);
      } else {
        if (behind) {
          readEntries(peer);
        }
        return sent;
      }
      sent = true;
    }
    return sent;
  }

  private void sendEntries(Leader leader, Progress peer, List<Entry> entries) {
    sendAppend(leader, peer, entries);
    peer.onSent(entries.getLast().index(), entries.stream().mapToInt(Entry::weightBytes).sum());
  }

  private void sendAppend(Leader leader, Progress peer, List<Entry> entries) {
    LogIndex previous = peer.next().previous();
    peer.onCommitTold(state.commit());
    state
        .out()
        .send(
            peer.id(),
            new Message.Append(
                state.term(),
                previous,
                state.log().termAt(previous),
                state.commit(),
                leader.reads().round(),
                entries));
  }

  /** Asks the disk for what memory does not hold, up to where memory begins. */
  private void readEntries(Progress peer) {
    readRequests++;
    peer.awaitRead(readRequests);
    state
        .out()
        .answer(
            new Effect.ReadEntries(
                readRequests,
                peer.next(),
                state.log().firstHeld().previous(),
                state.config().appendBytesMax()));
  }

  /** Sends what was read from disk, if it is still what the follower needs, and goes on. */
  void sendRead(Leader leader, Progress peer, List<Entry> entries) {
    if (isNextFor(peer, entries)) {
      sendEntries(leader, peer, entries);
      send(leader, peer);
    }
  }

  /** Sends a heartbeat, a round of reads or a commit index that no entries will carry soon. */
  void sendEmpty(Leader leader, Progress peer) {
    if (peer.needsSnapshot(state.log().base().index())) {
      sendOffer(leader, peer);
    } else {
      sendAppend(leader, peer, List.of());
    }
  }

  private void sendOffer(Leader leader, Progress peer) {
    peer.onCommitTold(state.commit());
    Recovered.Place base = state.log().base();
    state
        .out()
        .send(
            peer.id(),
            new Message.SnapshotOffer(
                state.term(), base.index(), base.term(), state.commit(), leader.reads().round()));
  }

  /**
   * Whether the follower can be sent these now. Not if the log has come to begin behind them,
   * though they could still be read: a snapshot is offered instead.
   */
  private boolean isNextFor(Progress peer, List<Entry> entries) {
    return !entries.isEmpty()
        && !peer.needsSnapshot(state.log().base().index())
        && entries.getFirst().index().equals(peer.next())
        && state.log().has(entries.getLast().index(), entries.getLast().term());
  }
}
