package org.volvox.client.service;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.volvox.base.Api;

/**
 * A call in JSON.
 *
 * @param service the name, such as CalcService
 * @param method the method's name; where several have it, the arguments must fit one of them only,
 *     or the name is with the selector, such as {@code add.3f1a20c}
 * @param items what follows the arguments of a method that takes a stream, one JSON text each; else
 *     empty
 * @param wantsTrace whether the reply shall tell where the time went
 */
@Api
public record JsonCall(
    String service,
    String method,
    Arguments arguments,
    Optional<Iterator<String>> items,
    boolean wantsTrace) {

  /** The arguments, a stream left out. */
  @Api
  public sealed interface Arguments {
    /** One JSON array, such as {@code [5, 10]}. */
    @Api
    record Array(String json) implements Arguments {}

    /** One text each: JSON, or where a string is wanted also the string as it is. */
    @Api
    record Words(List<String> words) implements Arguments {
      public Words {
        words = List.copyOf(words);
      }
    }
  }

  /** A call without a stream and a trace. */
  public JsonCall(String service, String method, Arguments arguments) {
    this(service, method, arguments, Optional.empty(), false);
  }
}
