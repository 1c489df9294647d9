/**
 * Watches of keys: {@link org.volvox.node.key.KeyWatch} tells each watcher the changes of its range
 * from this node's own copy of the state, once, in order, without a gap. Who keeps up is told from
 * memory, by one reader for all; who does not reads the history at its own pace.
 */
@NullMarked
package org.volvox.node.key;

import org.jspecify.annotations.NullMarked;
