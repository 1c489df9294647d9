/** Tests of what the commands of services print and read. */
@NullMarked
package org.volvox.cli.services;

import org.jspecify.annotations.NullMarked;
