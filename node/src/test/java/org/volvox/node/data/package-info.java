/** Data that merges: several hosts in one machine, and a network between them that can be cut. */
@NullMarked
package org.volvox.node.data;

import org.jspecify.annotations.NullMarked;
