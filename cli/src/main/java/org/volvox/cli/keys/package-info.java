/**
 * {@code volvox keys}: what a user says about keys and hears of them. {@code KeysCommand} reads the
 * command line, a class for each group of actions does them. It goes through {@code client} only.
 */
@NullMarked
package org.volvox.cli.keys;

import org.jspecify.annotations.NullMarked;
