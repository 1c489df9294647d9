/** Tests of the file system's state over an in-memory store. */
@NullMarked
package org.volvox.fs;

import org.jspecify.annotations.NullMarked;
