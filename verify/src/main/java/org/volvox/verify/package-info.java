/**
 * What proves the whole from outside: clusters of real processes under faults, each with its own
 * folder and network, and benchmarks beside other systems. The architecture rules are among its
 * tests. It may use every module, nothing may use it, and it ships nothing.
 */
@NullMarked
package org.volvox.verify;

import org.jspecify.annotations.NullMarked;
