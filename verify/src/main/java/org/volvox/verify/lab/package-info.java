/** Calls of the lab's border, to hold its JavaScript against the same classes on the JVM. */
@NullMarked
package org.volvox.verify.lab;

import org.jspecify.annotations.NullMarked;
