/** Tests of the lab through its border, as a page calls it. */
@NullMarked
package org.volvox.lab;

import org.jspecify.annotations.NullMarked;
