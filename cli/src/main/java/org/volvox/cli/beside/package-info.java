/**
 * What runs in a node's process beside the node: the pages with services over HTTP, and services
 * over JSON-RPC. Only these and `volvox lab` name the console and the gateways, so that no other
 * command loads a class of HTTP.
 */
@NullMarked
package org.volvox.cli.beside;

import org.jspecify.annotations.NullMarked;
