package org.volvox.client.service;

import java.util.Iterator;
import java.util.Optional;
import org.volvox.base.Api;

/**
 * The answer of a call in JSON.
 *
 * @param value the result; {@code null} of a method that returns nothing, or a stream
 * @param items of a method that returns a stream: one JSON text each, as they come; whoever wants
 *     no more closes it, as an {@link AutoCloseable}
 * @param trace where the time went, if that was asked for
 */
@Api
public record JsonReply(
    String value, Optional<Iterator<String>> items, Optional<CallTrace> trace) {}
