/**
 * What happened, where and because of what: the events of nodes and clients, their format, and how
 * the journals of many nodes become one history in the total order of their Lamport clocks (Lamport
 * 1978).
 */
@NullMarked
package org.volvox.base.event;

import org.jspecify.annotations.NullMarked;
