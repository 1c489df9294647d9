/** Tests of the command: what it prints, where, and with which exit code. */
@NullMarked
package org.volvox.cli;

import org.jspecify.annotations.NullMarked;
