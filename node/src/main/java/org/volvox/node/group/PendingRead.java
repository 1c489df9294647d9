package org.volvox.node.group;

import java.util.concurrent.CompletableFuture;

/** A linearizable read on its way; {@code ready} says when the store has caught up with it. */
record PendingRead(CompletableFuture<ReadGate> ready) {}
