@NullMarked
package org.volvox.gateways.jsonrpc;

import org.jspecify.annotations.NullMarked;
