/** Tests of the world of calls of services. */
@NullMarked
package org.volvox.worlds.rpc;

import org.jspecify.annotations.NullMarked;
