/**
 * What clients and nodes say to each other in the calls that are neither commands nor queries of
 * the replicated state: status, link rules, a program's streams, blocks, a node's log. One record
 * per message, each with its layout; every request and answer begins with a version (1).
 */
@NullMarked
package org.volvox.calls.message;

import org.jspecify.annotations.NullMarked;
