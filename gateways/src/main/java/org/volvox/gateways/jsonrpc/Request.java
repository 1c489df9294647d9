package org.volvox.gateways.jsonrpc;

import java.util.List;
import org.volvox.base.MalformedException;
import org.volvox.base.json.Json;

/**
 * A request of JSON-RPC 1.0.
 *
 * @param id comes back with the answer; null of one that wants none
 * @param service what is before the last dot of the method
 * @param method what is behind it
 */
record Request(Json id, String service, String method, List<Json> params) {
  static Request of(Json.Fields fields) throws MalformedException {
    String name = fields.text("method");
    int dot = name.lastIndexOf('.');
    if (dot < 1 || dot == name.length() - 1) {
      throw new MalformedException("the method is to be SERVICE.METHOD, not \"" + name + "\"");
    }
    return new Request(
        id(fields), name.substring(0, dot), name.substring(dot + 1), fields.array("params"));
  }

  /** The id of what may be no request. */
  static Json id(Json.Fields fields) {
    return fields.find("id").orElseGet(Json.Null::new);
  }

  boolean wantsAnswer() {
    return !(id instanceof Json.Null);
  }
}
