/**
 * Services: what programs of the cluster offer to each other under names. A {@link
 * org.volvox.client.service.Directory} says who offers what.
 */
@NullMarked
package org.volvox.client.service;

import org.jspecify.annotations.NullMarked;
