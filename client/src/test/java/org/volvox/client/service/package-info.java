/** Tests of services between programs that share a directory in memory. */
@NullMarked
package org.volvox.client.service;

import org.jspecify.annotations.NullMarked;
