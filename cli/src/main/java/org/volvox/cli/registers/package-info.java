/**
 * {@code volvox register}: what a user says about registers and hears of them. It goes through
 * {@code client} only.
 */
@NullMarked
package org.volvox.cli.registers;

import org.jspecify.annotations.NullMarked;
