/**
 * The lab from the command line: `volvox lab` serves it without a cluster, and {@code NodePages}
 * serves it in each node's process. Only these name the console, so that no other command loads a
 * class of HTTP.
 */
@NullMarked
package org.volvox.cli.lab;

import org.jspecify.annotations.NullMarked;
