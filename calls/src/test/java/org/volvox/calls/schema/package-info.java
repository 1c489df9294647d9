/** Tests of schemas and of values as JSON: golden bytes, bounds, and what errors say. */
@NullMarked
package org.volvox.calls.schema;

import org.jspecify.annotations.NullMarked;
