/**
 * A node: one JVM a machine, the only place where the cores meet sockets, disks, threads and child
 * processes. {@code NodeMain} starts a {@code Node} on a folder; what it is made of lies in the
 * packages beside: {@code folder}, {@code group}, {@code serve}, {@code block}, {@code duty},
 * {@code event} and {@code process}.
 */
@NullMarked
package org.volvox.node;

import org.jspecify.annotations.NullMarked;
