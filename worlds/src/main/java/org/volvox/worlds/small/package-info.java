/**
 * Exhaustive small worlds: three real Raft cores, and every order in which so many messages,
 * timeouts, crashes, proposals and reads can come. What random seeds find by luck is here either
 * found or not there, up to the bound. {@link org.volvox.worlds.small.Explorer} is the way in.
 */
@NullMarked
package org.volvox.worlds.small;

import org.jspecify.annotations.NullMarked;
