package org.volvox.rpc.marshal;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Api;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.Thrown;

/**
 * An exception that a service threw and that is not made again here as what it was: the interface
 * does not declare it. It tells what it was and where it came from.
 */
@Api
public final class RemoteServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remoteType;
  private final List<String> remoteStack;

  RemoteServiceException(
      String remoteType, String message, List<String> remoteStack, @Nullable Throwable cause) {
    super(message, cause);
    this.remoteType = remoteType;
    this.remoteStack = List.copyOf(remoteStack);
  }

  /** What a service threw, for a caller that has no class of its interface. */
  public static RemoteServiceException decode(Bytes thrown) throws MalformedException {
    RemoteServiceException made = null;
    for (Thrown.Link link : Thrown.decode(thrown).chain().reversed()) {
      List<String> stack = link.stack().stream().map(Thrown.Frame::text).toList();
      made = new RemoteServiceException(link.type(), link.text(), stack, made);
    }
    if (made == null) {
      throw new MalformedException("nothing was thrown");
    }
    return made;
  }

  /** The full name of the exception's class at the service. */
  public String remoteType() {
    return remoteType;
  }

  /** What it said itself, for passing it on; the message here has its type before that. */
  Optional<String> remoteMessage() {
    String message = getMessage();
    String prefix = remoteType + ": ";
    return message != null && message.startsWith(prefix)
        ? Optional.of(message.substring(prefix.length()))
        : Optional.empty();
  }

  /** The stack at the service, innermost first, one line a frame. */
  public List<String> remoteStack() {
    return remoteStack;
  }
}
