/**
 * The project's pages over HTTP, on loopback: {@link org.volvox.console.PageServer} serves what
 * modules ship under {@code web/} on the class path, today the lab. Nothing of a cluster is
 * reachable through it. The command `volvox lab` starts one; each node's process has {@link
 * org.volvox.console.PagesOnDemand}, which starts one when somebody looks.
 */
@NullMarked
package org.volvox.console;

import org.jspecify.annotations.NullMarked;
