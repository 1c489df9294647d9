/** Services of programs on real nodes. */
@NullMarked
package org.volvox.verify.service;

import org.jspecify.annotations.NullMarked;
