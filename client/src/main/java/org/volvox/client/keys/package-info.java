/**
 * Keys and values in spaces. A space is consistent, available or leaderless for its whole life, and
 * each kind has a type of its own here, so that nobody asks of one what it cannot promise.
 *
 * <p>{@code DataCalls} asks single nodes about data that merges and keeps what this client has
 * seen; {@code Told} queues and {@code KeyWatch} follow changes; {@code Contest} is what a lock and
 * an election have in common.
 */
@NullMarked
package org.volvox.client.keys;

import org.jspecify.annotations.NullMarked;
