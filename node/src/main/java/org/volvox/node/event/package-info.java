/**
 * The node's clock and its journal: every frame and every journalled event is stamped by {@link
 * org.volvox.node.event.EventClock}.
 */
@NullMarked
package org.volvox.node.event;

import org.jspecify.annotations.NullMarked;
