/**
 * What a node measures of itself, as numbers with names that monitoring systems collect. Nothing
 * here knows a format or HTTP: whoever runs beside the node tells it on.
 */
@NullMarked
package org.volvox.node.measure;

import org.jspecify.annotations.NullMarked;
