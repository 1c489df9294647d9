/** The commands that copy a whole cluster into a file, and make a new cluster from it. */
@NullMarked
package org.volvox.cli.backup;

import org.jspecify.annotations.NullMarked;
