/**
 * Child processes. The warden is a small JVM beside the node's: it holds the children, so that they
 * end when the node dies or falls silent. {@link org.volvox.node.process.ProcessHost} is the node's
 * end of it; nothing else may start a program.
 */
@NullMarked
package org.volvox.node.process;

import org.jspecify.annotations.NullMarked;
