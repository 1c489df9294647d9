/** Tests of the folders of clusters and nodes. */
@NullMarked
package org.volvox.node.folder;

import org.jspecify.annotations.NullMarked;
