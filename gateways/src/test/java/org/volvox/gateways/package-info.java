@NullMarked
package org.volvox.gateways;

import org.jspecify.annotations.NullMarked;
