package org.volvox.consensus.raft;

import java.time.Duration;
import org.volvox.base.Invariant;
import org.volvox.base.LogIndex;
import org.volvox.base.MonoTime;
import org.volvox.base.NodeId;

/**
 * What a leader knows of one follower (figure 2, nextIndex and matchIndex), and how much it has
 * sent ahead of the answers (thesis 10.2.1). Used by {@link Replication} only.
 *
 * <ol>
 *   <li>{@code match} starts at zero and never falls; {@code next} is above it.
 *   <li>While probing one append is on its way; else at most the window's count of appends with
 *       entries is, and bytes of them up to one append above its limit.
 * </ol>
 */
final class Progress {
  private final NodeId id;
  private final long windowBytesMax;
  private final Duration silenceMax;

  /** The last index of each append with entries on its way, oldest at {@code windowHead}. */
  private final long[] window;

  private final int[] windowWeights;

  private int windowHead;
  private int windowCount;
  private long windowBytes;
  private LogIndex match = LogIndex.ZERO;
  private LogIndex next;
  private boolean probing = true;
  private boolean probeSent;
  private long roundEchoed;
  private LogIndex commitTold = LogIndex.ZERO;
  private MonoTime heardAt;
  private MonoTime steadySince;

  /** The {@link Effect.ReadEntries} that is awaited; 0 for none, since requests count from 1. */
  private long readAwaited;

  Progress(NodeId id, LogIndex next, RaftConfig config, MonoTime now) {
    this.id = id;
    this.next = next;
    this.window = new long[config.inFlightAppendsMax()];
    this.windowWeights = new int[window.length];
    this.windowBytesMax = config.inFlightBytesMax();
    this.silenceMax = config.electionTimeoutMin();
    this.heardAt = now;
    this.steadySince = now;
  }

  NodeId id() {
    return id;
  }

  LogIndex match() {
    return match;
  }

  LogIndex next() {
    return next;
  }

  boolean isProbing() {
    return probing;
  }

  long roundEchoed() {
    return roundEchoed;
  }

  /** When the follower last answered; when it became one if it did not yet. */
  MonoTime heardAt() {
    return heardAt;
  }

  /** Since when it answers without a silence of an election timeout. */
  MonoTime steadySince() {
    return steadySince;
  }

  /** Nothing with entries is on its way. */
  boolean isIdle() {
    return windowCount == 0 && !(probing && probeSent) && readAwaited == 0;
  }

  boolean maySend() {
    return readAwaited == 0
        && (probing
            ? !probeSent
            : windowCount < window.length && (windowCount == 0 || windowBytes < windowBytesMax));
  }

  /** Its next entry is gone from the log: until it has a snapshot, only heartbeats offer one. */
  void onOffered() {
    probing = true;
    probeSent = true;
  }

  /**
   * Notes an append that ends at {@code last}; equal to its previous index if it has no entries.
   */
  void onSent(LogIndex last, int weightBytes) {
    if (probing) {
      probeSent = true;
    } else if (!last.isBefore(next)) {
      Invariant.check(
          windowCount < window.length, "append beyond the window of", id, window.length);
      int at = (windowHead + windowCount) % window.length;
      window[at] = last.value();
      windowWeights[at] = weightBytes;
      windowBytes += weightBytes;
      windowCount++;
      next = last.next();
    }
  }

  /** The commit index that the follower will know when what is on its way arrives. */
  LogIndex commitTold() {
    return commitTold;
  }

  void onCommitTold(LogIndex commit) {
    commitTold = commit;
  }

  void onHeard(long round, MonoTime now) {
    if (now.nanosSince(heardAt) >= silenceMax.toNanos()) {
      steadySince = now;
    }
    heardAt = now;
    roundEchoed = Math.max(roundEchoed, round);
  }

  /** The follower holds everything up to {@code index} durably; true if that is news. */
  boolean onAccepted(LogIndex index) {
    boolean advanced = index.isAfter(match);
    if (advanced) {
      match = index;
    }
    if (!match.isBefore(next)) {
      next = match.next();
    }
    while (windowCount > 0 && window[windowHead] <= match.value()) {
      windowBytes -= windowWeights[windowHead];
      windowHead = (windowHead + 1) % window.length;
      windowCount--;
    }
    probing = false;
    return advanced;
  }

  /**
   * The follower lacks the entry before an append; true if the refusal is current. A refusal of
   * something that it has accepted since, or of another probe than the last, was overtaken.
   */
  boolean isRefusalCurrent(LogIndex refused) {
    return refused.isAfter(match)
        && refused.isBefore(next)
        && (!probing || refused.next().equals(next));
  }

  /** Goes back to finding where the logs part; everything on its way is given up. */
  void probeFrom(LogIndex index) {
    next = index.isAfter(match) ? index : match.next();
    probing = true;
    probeSent = false;
    windowHead = 0;
    windowCount = 0;
    windowBytes = 0;
    readAwaited = 0;
  }

  void awaitRead(long request) {
    readAwaited = request;
  }

  /** True if the entries read are the ones that were asked for last. */
  boolean onEntriesRead(long request) {
    boolean awaited = readAwaited == request;
    if (awaited) {
      readAwaited = 0;
    }
    return awaited;
  }

  void checkInvariants(LogIndex last) {
    Invariant.check(match.isBefore(next), "next is not above match of " + id, next, match);
    Invariant.check(!match.isAfter(last), "match beyond the leader's log of " + id, match, last);
  }

  /** Whether the entry that this follower lacks first is gone from a log with this base. */
  boolean needsSnapshot(LogIndex base) {
    return !next.isAfter(base);
  }

  RaftView.Peer view(LogIndex base) {
    return new RaftView.Peer(id, match, next, heardAt.nanos(), needsSnapshot(base));
  }
}
