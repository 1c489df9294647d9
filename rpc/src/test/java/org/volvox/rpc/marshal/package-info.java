/** Tests of the marshaller: all types there and back, older and newer interfaces, bad bytes. */
@NullMarked
package org.volvox.rpc.marshal;

import org.jspecify.annotations.NullMarked;
