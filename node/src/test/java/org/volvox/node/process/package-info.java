/** Tests of the warden with real programs. */
package org.volvox.node.process;
