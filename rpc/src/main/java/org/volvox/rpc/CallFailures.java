package org.volvox.rpc;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.calls.ConnectionEffect;
import org.volvox.calls.ConnectionLimits;
import org.volvox.calls.Method;

/** What went wrong with a call, for who uses it. */
final class CallFailures {
  private CallFailures() {}

  /** What the end of a call means to who still uses it. */
  static CallException of(Method method, ConnectionEffect.Ended ended) {
    String text = ended.status() == CallStatus.OK ? "the call is over" : ended.text();
    // That no quorum answers has nothing to do with what was asked.
    String about = ended.status() == CallStatus.NO_QUORUM ? "" : method + ": ";
    return new CallException(ended.status(), ended.phase(), ended.mayHaveRun(), about + text);
  }

  /** Empty if the call ended well. */
  static Optional<CallException> ofEnd(Method method, ConnectionEffect.Ended ended) {
    return ended.status() == CallStatus.OK ? Optional.empty() : Optional.of(of(method, ended));
  }

  static boolean isTooLong(Bytes message) {
    return message.length() > ConnectionLimits.MESSAGE_BYTES_MAX;
  }

  static CallException tooLong(Method method, Bytes request) {
    return new CallException(
        CallStatus.MALFORMED,
        CallPhase.CALL,
        false,
        method + ": the request is too long: " + request.length() + " bytes");
  }
}
