package org.volvox.base.event;

/** What sort of thing happened; codes are part of the format and never reused. */
public enum EventKind {
  /** Of a newer version. */
  OTHER(0, "other", true),
  NODE_STARTED(1, "node-started", true),
  NODE_STOPPED(2, "node-stopped", true),
  ROLE_CHANGED(3, "role", true),
  PEER_UP(4, "peer-up", true),
  PEER_DOWN(5, "peer-down", true),
  MEMBERS_CHANGED(6, "members", true),
  SESSION_OPENED(7, "session-opened", true),
  SESSION_CLOSED(8, "session-closed", true),
  PROCESS_PLACED(9, "process-placed", true),
  PROCESS_STARTED(10, "process-started", true),
  PROCESS_EXITED(11, "process-exited", true),
  PROCESS_LOST(12, "process-lost", true),
  FILE_CHANGED(13, "file", true),
  BLOCK_DAMAGED(14, "block-damaged", true),
  BLOCKS_FETCHED(15, "blocks-fetched", true),
  LINK_CHANGED(16, "link", true),
  DISK_FAILED(17, "disk", true),
  /** A call that is neither sampled nor traced: kept in memory only. */
  CALL(18, "call", false),
  /** A sampled or traced call. */
  CALL_TRACED(19, "call-traced", true),
  /** A step that concerns nobody else. */
  LOCAL(20, "local", true),
  SEND(21, "send", true),
  RECEIVE(22, "receive", true),
  /** A message that will not arrive, seen from outside. */
  LOST(23, "lost", true),
  JOINED(24, "join", true),
  REMOVED(25, "remove", true),
  VOTED(26, "vote", true),
  BLOCK_STORED(27, "block-stored", true),
  PROCESS_SIGNALLED(28, "process-signalled", true),
  PROCESS_SPAWNED(29, "process-spawned", true),
  HEALING_BEGAN(30, "healing-began", true),
  HEALING_ENDED(31, "healing-ended", true),
  SERVICE_BOUND(32, "service-bound", true),
  SERVICE_UNBOUND(33, "service-unbound", true),
  SERVICE_HEALTH(34, "service-health", true),
  SPACE_CREATED(35, "space-created", true),
  SPACE_REMOVED(36, "space-removed", true),
  LEASE_ENDED(37, "lease-ended", true);

  private final int code;
  private final String word;
  private final boolean kept;

  EventKind(int code, String word, boolean kept) {
    this.code = code;
    this.word = word;
    this.kept = kept;
  }

  public int code() {
    return code;
  }

  /** As users read it. */
  public String word() {
    return word;
  }

  /** Whether it goes to the journal's file, or only to the ring in memory. */
  public boolean isKept() {
    return kept;
  }

  /** The kind of a word; OTHER for one that this version does not know. */
  public static EventKind ofWord(String word) {
    for (EventKind kind : values()) {
      if (kind.word.equals(word)) {
        return kind;
      }
    }
    return OTHER;
  }

  /** Whether a filter's word means this kind: its own, or that of its family, as "process". */
  public boolean isOf(String wanted) {
    return word.equals(wanted) || word.startsWith(wanted + "-");
  }

  /** The kind of a code; OTHER for one that this version does not know. */
  public static EventKind ofCode(int code) {
    for (EventKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return OTHER;
  }
}
