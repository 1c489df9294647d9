package org.volvox.calls;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MonoTime;

/** What a {@link Connection} is told, by its transport and by the owner of its calls. */
public sealed interface ConnectionInput {
  MonoTime now();

  /** The transport is open and secured; once, and first. */
  record Opened(MonoTime now) implements ConnectionInput {}

  /** A frame arrived; frames come in the order in which they were sent. */
  record Received(Frame frame, MonoTime now) implements ConnectionInput {}

  /** A part of a frame arrived: a big one takes its time on a narrow line. */
  record Heard(MonoTime now) implements ConnectionInput {}

  /** So many bytes given out by {@link ConnectionEffect.Write} have left for the transport. */
  record Written(long bytes, MonoTime now) implements ConnectionInput {}

  /**
   * The transport is gone; nothing more can be sent or received.
   *
   * @param phase how far it had come, if there was no hello yet
   */
  record Broken(CallPhase phase, String reason, MonoTime now) implements ConnectionInput {}

  /** The time of {@link Connection#nextDeadline} has come. */
  record TimerFired(MonoTime now) implements ConnectionInput {}

  /** Opens a call under an id from {@link Connection#isLocal}'s half, never used before. */
  record Open(long call, Method method, Optional<MonoTime> deadline, MonoTime now)
      implements ConnectionInput {}

  /**
   * Opens a call, sends its only message and says that nothing more comes: as Open, Send and
   * Finish, in one frame where that can be. {@link ConnectionEffect.Sent} says that the message has
   * left.
   */
  record OpenWith(
      long call, Method method, Optional<MonoTime> deadline, Bytes message, MonoTime now)
      implements ConnectionInput {}

  /** Sends a message on a call; {@link ConnectionEffect.Sent} says that it has left. */
  record Send(long call, Bytes message, MonoTime now) implements ConnectionInput {}

  /** The caller sends nothing more. */
  record Finish(long call, MonoTime now) implements ConnectionInput {}

  /** The caller gives up. */
  record Cancel(long call, MonoTime now) implements ConnectionInput {}

  /** The callee ends the call well, behind all that it sent. */
  record Complete(long call, MonoTime now) implements ConnectionInput {}

  /**
   * The callee sends its last message and ends the call well behind it: as Send and Complete, in
   * one frame where that can be.
   */
  record Answer(long call, Bytes message, MonoTime now) implements ConnectionInput {}

  /** The callee ends the call badly, at once. */
  record Fail(long call, CallStatus status, String text, MonoTime now) implements ConnectionInput {}

  /** The owner took messages of so many bytes off the call; the peer may send as much again. */
  record Consumed(long call, int bytes, MonoTime now) implements ConnectionInput {}

  /** Sends a message that nobody answers; the oldest waiting one is dropped when too many wait. */
  record SendOneWay(Bytes message, MonoTime now) implements ConnectionInput {}

  /** Takes no new calls from the peer and asks it to open none; open ones go on. */
  record Drain(MonoTime now) implements ConnectionInput {}

  /** Tells the peer why and closes. */
  record Shut(CallStatus status, String text, MonoTime now) implements ConnectionInput {}
}
