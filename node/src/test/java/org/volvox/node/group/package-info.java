@org.jspecify.annotations.NullMarked
package org.volvox.node.group;
