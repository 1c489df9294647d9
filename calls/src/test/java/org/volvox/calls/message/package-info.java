/** Tests of the messages: round trips, golden bytes, and refusal of what is not well formed. */
@NullMarked
package org.volvox.calls.message;

import org.jspecify.annotations.NullMarked;
