/**
 * The lab from the command line: `volvox lab` serves it without a cluster. In each node's process
 * {@link org.volvox.cli.beside} serves it.
 */
@NullMarked
package org.volvox.cli.lab;

import org.jspecify.annotations.NullMarked;
