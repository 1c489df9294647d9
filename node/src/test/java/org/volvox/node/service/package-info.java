/** Tests of those who watch services. */
@NullMarked
package org.volvox.node.service;

import org.jspecify.annotations.NullMarked;
