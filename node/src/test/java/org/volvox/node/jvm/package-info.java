@NullMarked
package org.volvox.node.jvm;

import org.jspecify.annotations.NullMarked;
