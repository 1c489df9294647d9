package org.volvox.storage;

import java.util.function.Consumer;

/**
 * How a block store is run.
 *
 * @param segmentBytes of about so many bytes its files are
 * @param onSyncFailed told when the disk failed to make something durable
 */
public record BlockOptions(DiskRoom room, long segmentBytes, Consumer<String> onSyncFailed) {}
