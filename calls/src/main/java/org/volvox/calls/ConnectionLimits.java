package org.volvox.calls;

import java.time.Duration;

/**
 * The bounds of one connection.
 *
 * @param openCallsMax calls that the peer may have open at a time; one more is refused as BUSY
 * @param keepAlive a ping goes out after so long without hearing anything
 * @param silenceMax the connection is given up after so long without hearing anything
 * @param helloMax the peer's hello must be here so long after the transport is open
 * @param busy what replaces {@code keepAlive} and {@code silenceMax} while a call is open
 */
public record ConnectionLimits(
    int openCallsMax, Duration keepAlive, Duration silenceMax, Duration helloMax, Busy busy) {
  /**
   * Somebody waits: how soon a silent peer is asked whether it lives, and given up.
   *
   * @param keepAlive a ping goes out after so long without hearing anything
   * @param silenceMax and without an answer the connection is given up after so long
   */
  public record Busy(Duration keepAlive, Duration silenceMax) {
    public Busy {
      checkOrder(keepAlive, silenceMax);
    }
  }

  /** Credit per call and direction that both sides may count on from the start. */
  public static final int WINDOW_BYTES = 512 * 1024;

  /** A block and its header. */
  public static final int MESSAGE_BYTES_MAX = (4 << 20) + (64 << 10);

  /** Fragments of a message; a peer that sends tiny ones is refused. */
  public static final int FRAGMENTS_MAX = 8192;

  /** What the frames given out and not yet written may hold; then messages wait in the core. */
  public static final int UNWRITTEN_BYTES_MAX = 512 * 1024;

  /**
   * What replaces a shorter {@code silenceMax} while much is on its way: a packet that a narrow
   * line's full queue lost holds up all behind it until it came again, for a second and more.
   */
  public static final Duration BULK_SILENCE_MAX = Duration.ofMillis(2500);

  /** Credit that a peer may pile up; more is nonsense. */
  public static final int CREDIT_BYTES_MAX = 64 << 20;

  /** Messages bigger than the window that may arrive at a time; others wait for their turn. */
  public static final int BIG_MESSAGES_MAX = 4;

  /** One-way messages waiting to be sent; then the oldest is dropped. */
  public static final int ONE_WAY_QUEUE_MAX = 4096;

  /** Bytes of one-way messages waiting to be sent; then the oldest is dropped. */
  public static final int ONE_WAY_BYTES_MAX = 16 << 20;

  /**
   * Between nodes: a dead link is noticed within the 3 s of a node's session. Calls there have the
   * elections to tell them of the death that matters.
   */
  public static final ConnectionLimits PEER =
      new ConnectionLimits(
          1024,
          Duration.ofMillis(500),
          Duration.ofMillis(2500),
          Duration.ofSeconds(5),
          new Busy(Duration.ofMillis(500), Duration.ofMillis(2500)));

  /**
   * From clients. While one waits for its entry node it gives it up a little later than the other
   * nodes would elect another leader, and goes on through another; a node that is held up for 200
   * ms keeps its clients.
   */
  public static final ConnectionLimits CLIENT =
      new ConnectionLimits(
          256,
          Duration.ofSeconds(2),
          Duration.ofSeconds(8),
          Duration.ofSeconds(5),
          new Busy(Duration.ofMillis(150), Duration.ofMillis(500)));

  /**
   * From one program to another that serves its calls. Programs collect garbage and are held up:
   * they are given up later than nodes, whose callers have others to go to.
   */
  public static final ConnectionLimits HOST =
      new ConnectionLimits(
          1024,
          Duration.ofSeconds(2),
          Duration.ofSeconds(8),
          Duration.ofSeconds(5),
          new Busy(Duration.ofMillis(500), Duration.ofSeconds(2)));

  public ConnectionLimits {
    if (openCallsMax < 1) {
      throw new IllegalArgumentException("no calls allowed: " + openCallsMax);
    }
    checkOrder(keepAlive, silenceMax);
  }

  private static void checkOrder(Duration keepAlive, Duration silenceMax) {
    if (silenceMax.compareTo(keepAlive) <= 0) {
      throw new IllegalArgumentException(
          "silence " + silenceMax + " must be longer than the keep-alive " + keepAlive);
    }
  }
}
