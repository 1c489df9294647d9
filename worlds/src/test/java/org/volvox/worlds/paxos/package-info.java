@NullMarked
package org.volvox.worlds.paxos;

import org.jspecify.annotations.NullMarked;
