/** Tests of the JSON reader and writer. */
@NullMarked
package org.volvox.base.json;

import org.jspecify.annotations.NullMarked;
