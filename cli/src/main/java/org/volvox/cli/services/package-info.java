/** Services of programs: who offers what, and calls of it from the shell. */
@NullMarked
package org.volvox.cli.services;

import org.jspecify.annotations.NullMarked;
