/** Tests of events and their order. */
@NullMarked
package org.volvox.base.event;

import org.jspecify.annotations.NullMarked;
