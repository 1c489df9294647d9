package org.volvox.gateways.jsonrpc;

import java.io.IOException;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonWriter;
import org.volvox.client.service.CallOptions;
import org.volvox.client.service.JsonCall;
import org.volvox.gateways.ServiceCalls;
import org.volvox.gateways.Trouble;
import org.volvox.rpc.Identity;

/**
 * Answers of requests. Go takes a result of null for a broken answer: where a method returns
 * nothing the result is {@code {}}, and a null that is a value is told as an error.
 */
final class Answers {
  private static final String NOTHING = "{}";

  private final ServiceCalls calls;

  Answers(ServiceCalls calls) {
    this.calls = calls;
  }

  /**
   * Calls and waits.
   *
   * @param asker whose certificate the connection showed
   */
  String to(Request request, Identity asker) {
    JsonCall asked =
        new JsonCall(request.service(), request.method(), new JsonCall.Arguments.Array("[]"));
    try {
      Fitting fitting = Fitting.of(calls.describe(request.service(), CallOptions.DEFAULT), request);
      JsonCall call =
          new JsonCall(
              request.service(), fitting.word(), new JsonCall.Arguments.Array(fitting.arguments()));
      String value = calls.call(asker.name(), call, CallOptions.DEFAULT).value();
      if (fitting.isVoid()) {
        return result(request.id(), NOTHING);
      }
      return value.equals("null")
          ? error(request.id(), "it ran and returned null, which is no result in JSON-RPC 1.0")
          : result(request.id(), value);
    } catch (IOException | RuntimeException e) {
      return error(request.id(), text(Trouble.of(e, asked, calls)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return error(request.id(), text(Trouble.of(e)));
    }
  }

  private static String text(Trouble trouble) {
    if (trouble.exception().isPresent()) {
      String thrown = trouble.exception().get();
      return trouble.text().contains(thrown) ? trouble.text() : thrown + ": " + trouble.text();
    }
    return trouble.text() + (trouble.mayHaveRun() ? " (it may have run)" : " (it did not run)");
  }

  private static String result(Json id, String json) {
    return answer(id).name("result").raw(json).name("error").nothing().end().text();
  }

  static String error(Json id, String text) {
    return answer(id).name("result").nothing().field("error", text).end().text();
  }

  private static JsonWriter answer(Json id) {
    JsonWriter out = new JsonWriter().object().name("id");
    JsonText.write(id, out);
    return out;
  }
}
