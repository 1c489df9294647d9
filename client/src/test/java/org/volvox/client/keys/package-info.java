/** Tests of keys: watches, leases, recipes and sessions against a cluster that a test plays. */
@NullMarked
package org.volvox.client.keys;

import org.jspecify.annotations.NullMarked;
