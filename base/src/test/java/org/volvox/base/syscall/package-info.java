/** Tests of the system calls' formats. */
@NullMarked
package org.volvox.base.syscall;

import org.jspecify.annotations.NullMarked;
