package org.volvox.client;

import java.io.IOException;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.syscall.Status;

/**
 * A request that did not succeed. The message says what failed on what, and why; {@link #hint} what
 * to try. Only kinds that {@link #isNothingWritten} may say that nothing was written.
 */
@Api
public final class VolvoxException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What became of the request. */
  @Api
  public enum Kind {
    /** The cluster answered no; {@link VolvoxException#status} says which no. */
    REFUSED,
    /** No quorum, so it was never begun. */
    NO_QUORUM,
    /** No node could be reached. */
    UNREACHABLE,
    NOT_ALLOWED,
    /** It may still take effect; repeating the same request id is safe. */
    UNKNOWN,
    /** Something else went wrong on the way, such as bytes that do not match their digest. */
    FAILED
  }

  private final Kind kind;
  private final String hint;
  private final Optional<Status> status;
  private final Optional<RequestId> request;

  private VolvoxException(
      Kind kind,
      String message,
      String hint,
      Optional<Status> status,
      Optional<RequestId> request) {
    super(message);
    this.kind = kind;
    this.hint = hint;
    this.status = status;
    this.request = request;
  }

  public static VolvoxException of(Kind kind, String message, String hint) {
    return new VolvoxException(kind, message, hint, Optional.empty(), Optional.empty());
  }

  static VolvoxException refused(Status status, String message) {
    return refused(status, message, "");
  }

  /** A no of the cluster, with what to try. */
  public static VolvoxException refused(Status status, String message, String hint) {
    return new VolvoxException(
        status == Status.NOT_PERMITTED ? Kind.NOT_ALLOWED : Kind.REFUSED,
        message,
        hint,
        Optional.of(status),
        Optional.empty());
  }

  /** Disks are full: ENOSPC. */
  static VolvoxException full(Kind kind, String message) {
    return new VolvoxException(
        kind,
        message,
        "Make room there and try again, or remove files (it comes back after 10 minutes); what is"
            + " stored is not touched.",
        Optional.of(Status.NO_SPACE),
        Optional.empty());
  }

  static VolvoxException unknown(RequestId request, String reason) {
    return new VolvoxException(
        Kind.UNKNOWN,
        "no answer in time (" + reason + ")",
        "It may still take effect; repeat the same command with --request " + request,
        Optional.empty(),
        Optional.of(request));
  }

  /** The same failure with what was being done before its reason. */
  public VolvoxException during(String what) {
    VolvoxException told =
        new VolvoxException(kind, what + ": " + getMessage(), hint, status, request);
    told.initCause(this);
    return told;
  }

  /** The same failure of the same thing, with other advice. */
  public VolvoxException advising(String next) {
    VolvoxException told =
        new VolvoxException(kind, String.valueOf(getMessage()), next, status, request);
    told.initCause(this);
    return told;
  }

  /** The same failure, thrown by a thread that waited for another. */
  VolvoxException again() {
    VolvoxException told =
        new VolvoxException(kind, String.valueOf(getMessage()), hint, status, request);
    told.initCause(this);
    return told;
  }

  public Kind kind() {
    return kind;
  }

  /** What to try next; may be empty. */
  public String hint() {
    return hint;
  }

  /** Which no the cluster answered, for kinds REFUSED and NOT_ALLOWED. */
  public Optional<Status> status() {
    return status;
  }

  /** Under which id to repeat it, for kind UNKNOWN. */
  public Optional<RequestId> request() {
    return request;
  }

  public boolean is(Status wanted) {
    return status.isPresent() && status.get() == wanted;
  }

  /**
   * Whether it certainly took no effect, and takes none later. A session that is over, or a request
   * that was acknowledged, says nothing of an earlier attempt of the same request.
   */
  public boolean isNothingWritten() {
    boolean isForgotten = is(Status.SESSION_EXPIRED) || is(Status.FORGOTTEN);
    boolean isRefused = kind == Kind.REFUSED || kind == Kind.NO_QUORUM || kind == Kind.NOT_ALLOWED;
    return isRefused && !isForgotten;
  }
}
