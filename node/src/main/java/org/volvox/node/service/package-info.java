/**
 * Tells those who watch which services there are. A {@link org.volvox.node.service.ServiceWatch}
 * follows this node's state beside the thread that applies; each watcher has a thread of its own,
 * which a slow one holds up alone.
 */
@NullMarked
package org.volvox.node.service;

import org.jspecify.annotations.NullMarked;
