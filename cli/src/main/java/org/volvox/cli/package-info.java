/**
 * The {@code volvox} command: {@code Main} finds the command's word, loads that one command and
 * turns what went wrong into at most three lines and an exit code. Data goes to standard output,
 * talk to standard error.
 */
@NullMarked
package org.volvox.cli;

import org.jspecify.annotations.NullMarked;
