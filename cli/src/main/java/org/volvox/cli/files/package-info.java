/** The commands about files: put, get, cat, ls, mkdir, mv, rm, stat. Each is one class. */
@NullMarked
package org.volvox.cli.files;

import org.jspecify.annotations.NullMarked;
