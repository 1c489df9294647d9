package org.volvox.gateways;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.JsonCall;
import org.volvox.client.service.ServiceException;
import org.volvox.rpc.marshal.RemoteServiceException;

/**
 * Why a call has no result, as every gateway tells it.
 *
 * @param mayHaveRun whether the method may have run all the same; only false is certain
 * @param exception the full name of what the method threw, if it did
 */
public record Trouble(Kind kind, String text, boolean mayHaveRun, Optional<String> exception) {
  /** What stood in the way. */
  public enum Kind {
    NO_SERVICE,
    NO_METHOD,
    BAD_ARGUMENTS,
    NOT_ALLOWED,
    BUSY,
    UNAVAILABLE,
    DEADLINE,
    THREW,
    FAILED
  }

  private Trouble(Kind kind, String text, boolean mayHaveRun) {
    this(kind, text, mayHaveRun, Optional.empty());
  }

  /** Nothing ran: what was asked for is wrong. */
  public static Trouble before(Kind kind, String text) {
    return new Trouble(kind, text, false);
  }

  /**
   * What a failed call means; asks who is there to tell a wrong name from one whose host is away.
   */
  public static Trouble of(Throwable failed, JsonCall call, ServiceCalls calls) {
    return switch (failed) {
      case ServiceException e when e.kind() == ServiceException.Kind.UNSUPPORTED ->
          unsupported(e, call, calls);
      case ServiceException e
          when e.kind() == ServiceException.Kind.UNAVAILABLE && !e.mayHaveRun() ->
          isBound(call.service(), calls)
              ? of(e)
              : before(Kind.NO_SERVICE, "no service " + call.service() + ": " + said(e));
      default -> of(failed);
    };
  }

  /** What a failure means without asking. */
  public static Trouble of(Throwable failed) {
    return switch (failed) {
      case RemoteServiceException e ->
          new Trouble(Kind.THREW, said(e), true, Optional.of(e.remoteType()));
      case ServiceException e -> new Trouble(kind(e.kind()), said(e), e.mayHaveRun());
      case IllegalArgumentException e -> before(Kind.BAD_ARGUMENTS, said(e));
      case IOException e -> new Trouble(Kind.UNAVAILABLE, said(e), true);
      case InterruptedException _ -> new Trouble(Kind.UNAVAILABLE, "this node ends the call", true);
      default -> new Trouble(Kind.FAILED, failed.toString(), true);
    };
  }

  private static Kind kind(ServiceException.Kind kind) {
    return switch (kind) {
      case UNAVAILABLE, CANCELLED -> Kind.UNAVAILABLE;
      case DEADLINE -> Kind.DEADLINE;
      case UNSUPPORTED -> Kind.BAD_ARGUMENTS;
      case NOT_ALLOWED -> Kind.NOT_ALLOWED;
      case BUSY -> Kind.BUSY;
      case FAILED -> Kind.FAILED;
    };
  }

  private static Trouble unsupported(ServiceException e, JsonCall call, ServiceCalls calls) {
    boolean hasMethod;
    try {
      hasMethod =
          !calls.describe(call.service(), CallOptions.DEFAULT).meant(call.method()).isEmpty();
    } catch (IOException | RuntimeException unknown) {
      hasMethod = true;
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      hasMethod = true;
    }
    return new Trouble(hasMethod ? Kind.BAD_ARGUMENTS : Kind.NO_METHOD, said(e), e.mayHaveRun());
  }

  private static boolean isBound(String service, ServiceCalls calls) {
    try {
      ServiceName name = ServiceName.of(service);
      List<ServiceRow> rows = calls.list(name.path());
      return rows.stream().anyMatch(row -> row.name().equals(name));
    } catch (IllegalArgumentException noName) {
      return false;
    } catch (IOException | RuntimeException unknown) {
      return true;
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static String said(Throwable failed) {
    return Optional.ofNullable(failed.getMessage()).orElse(failed.getClass().getSimpleName());
  }
}
