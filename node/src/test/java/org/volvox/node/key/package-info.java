/** Watches of keys over states that are applied at their own pace. */
@NullMarked
package org.volvox.node.key;

import org.jspecify.annotations.NullMarked;
