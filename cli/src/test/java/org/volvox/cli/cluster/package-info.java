/** Tests of what the commands about the machines say of them. */
@NullMarked
package org.volvox.cli.cluster;

import org.jspecify.annotations.NullMarked;
