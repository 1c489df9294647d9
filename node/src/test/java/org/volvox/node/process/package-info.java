/** Tests of the warden with real programs. */
@NullMarked
package org.volvox.node.process;

import org.jspecify.annotations.NullMarked;
