@NullMarked
package org.volvox.gateways.http;

import org.jspecify.annotations.NullMarked;
