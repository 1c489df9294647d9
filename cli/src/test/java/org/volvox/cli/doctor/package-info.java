/** Tests of what the doctor says of machines. */
@NullMarked
package org.volvox.cli.doctor;

import org.jspecify.annotations.NullMarked;
