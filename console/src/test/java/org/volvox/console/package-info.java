/** Tests of the server of pages, over real connections on loopback. */
@NullMarked
package org.volvox.console;

import org.jspecify.annotations.NullMarked;
