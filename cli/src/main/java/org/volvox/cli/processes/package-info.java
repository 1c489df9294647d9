/** The commands about processes: run, ps, kill. Each is one class. */
@NullMarked
package org.volvox.cli.processes;

import org.jspecify.annotations.NullMarked;
