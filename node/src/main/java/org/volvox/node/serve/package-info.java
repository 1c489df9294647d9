/**
 * What a node answers: each method of the wire has a service here, and {@link
 * org.volvox.node.serve.CallRouter} sends calls to them. A service runs on the virtual thread of
 * its call and may block.
 */
@NullMarked
package org.volvox.node.serve;

import org.jspecify.annotations.NullMarked;
