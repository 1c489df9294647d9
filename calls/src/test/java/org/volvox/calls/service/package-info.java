/** Tests of calls of services; the golden files are in the resources of this package. */
@NullMarked
package org.volvox.calls.service;

import org.jspecify.annotations.NullMarked;
