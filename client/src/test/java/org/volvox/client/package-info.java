/** Tests of the client library that need no cluster. */
@NullMarked
package org.volvox.client;

import org.jspecify.annotations.NullMarked;
