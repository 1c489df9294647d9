/** What `volvox shell` needs beyond the commands: a line with history, and what completes it. */
@NullMarked
package org.volvox.cli.shell;

import org.jspecify.annotations.NullMarked;
