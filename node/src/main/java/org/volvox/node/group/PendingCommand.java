package org.volvox.node.group;

import java.util.concurrent.CompletableFuture;
import org.volvox.base.Bytes;
import org.volvox.calls.CommandOutcome;

/** A command on its way through the group, and who waits for what became of it. */
record PendingCommand(Bytes command, CompletableFuture<CommandOutcome> outcome) {}
