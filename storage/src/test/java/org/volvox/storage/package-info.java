/** Tests on real files in temporary folders. */
@NullMarked
package org.volvox.storage;

import org.jspecify.annotations.NullMarked;
