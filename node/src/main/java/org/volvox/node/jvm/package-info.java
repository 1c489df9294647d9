/** How the virtual machine under a node is set up: its memory, and its threads beside the work. */
@NullMarked
package org.volvox.node.jvm;

import org.jspecify.annotations.NullMarked;
