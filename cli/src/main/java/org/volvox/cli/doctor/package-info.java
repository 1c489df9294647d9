/** `volvox doctor`: whether this machine is fit to run nodes. */
@NullMarked
package org.volvox.cli.doctor;

import org.jspecify.annotations.NullMarked;
