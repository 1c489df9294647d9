/**
 * The fallacies of distributed computing as a matrix: every command of the command table and calls
 * of services, each under loss, delay, a narrow line, resets and cuts. Each is right, or ends with
 * the documented exit code within its deadline.
 */
@NullMarked
package org.volvox.verify.fallacies;

import org.jspecify.annotations.NullMarked;
