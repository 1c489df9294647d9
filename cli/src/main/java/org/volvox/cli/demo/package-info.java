/** The demonstration: six steps on a cluster of its own, each verified for real. */
@NullMarked
package org.volvox.cli.demo;

import org.jspecify.annotations.NullMarked;
