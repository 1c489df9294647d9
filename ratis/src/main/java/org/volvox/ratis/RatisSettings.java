package org.volvox.ratis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.volvox.base.machine.Command;
import org.volvox.node.group.LogBounds;

/** How Ratis is set up in a node, with the reason of each setting. */
final class RatisSettings {
  /** As the node's own Raft: ADR 6 has what was measured. */
  static final Duration ELECTION_MIN = Duration.ofMillis(350);

  private static final Duration ELECTION_MAX = Duration.ofMillis(420);

  /** What the other may need to make an append durable on a bad day. */
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

  /** What one append carries: a command and what is around it, and well below what a call may. */
  private static final int APPEND_BYTES_MAX = 2 * Command.BYTES_MAX;

  /** Length and checksum of an entry. */
  private static final int FRAME_BYTES = 8;

  /** Commands that Ratis holds unanswered; the node admits no more either. */
  static final int PROPOSALS_MAX = 4096;

  static final int PROPOSAL_BYTES_MAX = 16 << 20;

  private RatisSettings() {}

  static RaftProperties of(Path folder, LogBounds bounds) {
    RaftProperties properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(properties, new PeerRpcType());
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.toFile()));
    times(properties);
    log(properties, bounds);
    RaftServerConfigKeys.Write.setElementLimit(properties, PROPOSALS_MAX);
    RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf(PROPOSAL_BYTES_MAX));
    // Exactly-once is the affair of the kernel's sessions: nobody asks Ratis twice.
    RaftServerConfigKeys.RetryCache.setExpiryTime(properties, time(Duration.ofSeconds(5)));
    RaftServerConfigKeys.Read.ReadAfterWriteConsistent.setWriteIndexCacheExpiryTime(
        properties, time(Duration.ofSeconds(1)));
    return properties;
  }

  private static void times(RaftProperties properties) {
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(ELECTION_MIN));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(ELECTION_MAX));
    RaftServerConfigKeys.Rpc.setRequestTimeout(properties, time(ANSWER_WITHIN));
    // A paused node goes on: its supervisor decides when one has been away for too long.
    RaftServerConfigKeys.setCloseThreshold(properties, time(Duration.ofDays(365)));
  }

  private static void log(RaftProperties properties, LogBounds bounds) {
    SizeInBytes segment = SizeInBytes.valueOf(bounds.segmentBytes());
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, segment);
    RaftServerConfigKeys.Log.setPreallocatedSize(
        properties, SizeInBytes.valueOf(Math.min(bounds.segmentBytes(), 1 << 20)));
    // Heap and direct memory of a node are small: the open segment and two more are kept.
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, segment);
    RaftServerConfigKeys.Log.setQueueByteLimit(properties, SizeInBytes.valueOf(PROPOSAL_BYTES_MAX));
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(APPEND_BYTES_MAX + FRAME_BYTES));
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(
        properties, SizeInBytes.valueOf(APPEND_BYTES_MAX));
    // Else each advance of the commit index is an entry of its own, which wakes the disk.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    // The node says what may go, by what its store has made durable.
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
    // A snapshot is a stream of the node's own, so only the need of one is said.
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
  }

  private static TimeDuration time(Duration span) {
    return TimeDuration.valueOf(span.toMillis(), TimeUnit.MILLISECONDS);
  }
}
