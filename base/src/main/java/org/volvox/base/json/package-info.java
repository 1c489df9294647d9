/**
 * JSON (RFC 8259) for pure code: values, a reader with bounds whose errors name the place, and a
 * writer. Shells that have files and streams use Jackson.
 */
@NullMarked
package org.volvox.base.json;

import org.jspecify.annotations.NullMarked;
