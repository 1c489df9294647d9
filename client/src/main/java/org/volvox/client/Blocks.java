package org.volvox.client;

import java.util.Optional;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.Extent;
import org.volvox.base.syscall.FileAsk;
import org.volvox.base.syscall.FileLimits;
import org.volvox.base.syscall.PlacementTable;
import org.volvox.base.syscall.StoredBlock;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Method;
import org.volvox.calls.message.BlockMessage;
import org.volvox.rpc.OutboundCall;

/** Moves single blocks through an entry node, each tried at one node after the other. */
final class Blocks {
  private final Requests requests;
  private Optional<PlacementTable> placement = Optional.empty();

  Blocks(Requests requests) {
    this.requests = requests;
  }

  /** The placement table as this client last heard it. */
  synchronized PlacementTable placement() throws VolvoxException, InterruptedException {
    if (placement.isEmpty()) {
      try {
        placement = Optional.of(PlacementTable.decode(requests.query(new FileAsk.Placement())));
      } catch (MalformedException e) {
        throw Requests.malformed("the placement table cannot be read", e);
      }
    }
    return placement.get();
  }

  /** The table has changed: ask again before the next block. */
  synchronized void forgetPlacement() {
    placement = Optional.empty();
  }

  /** Stores a block; returns once enough nodes hold it durably. */
  StoredBlock put(BlockId block, Bytes data) throws VolvoxException, InterruptedException {
    int crc32c = data.crc32c();
    BlockMessage.Put header =
        new BlockMessage.Put(block, placement().epoch(), data.length(), crc32c);
    return requests.atAnyEntry((entry, _) -> {
      // A full block over a slow link may take longer than a command's single try.
      try (OutboundCall call = entry.open(Method.BLOCK_PUT, requests.timeout())) {
        call.send(header.encode());
        for (int at = 0; at < data.length(); at += BlockMessage.CHUNK_BYTES_MAX) {
          int end = Math.min(data.length(), at + BlockMessage.CHUNK_BYTES_MAX);
          call.send(data.slice(at, end));
        }
        call.finish();
        Bytes answer =
            call.receive().orElseThrow(() -> new MalformedException("an empty answer to a block"));
        BlockMessage.Stored stored = BlockMessage.Stored.decode(answer);
        return new StoredBlock(block, data.length(), crc32c, stored.holders());
      }
    });
  }

  /** Fetches a block and verifies its checksum. */
  Bytes get(Extent extent) throws VolvoxException, InterruptedException {
    if (extent.length() < 0 || extent.length() > FileLimits.BLOCK_BYTES_MAX) {
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED, extent.block() + " has " + extent.length() + " bytes", "");
    }
    BlockMessage.Get request =
        new BlockMessage.Get(extent.block(), extent.length(), extent.crc32c());
    return requests.atAnyEntry((entry, _) -> {
      try (OutboundCall call = entry.open(Method.BLOCK_GET, requests.timeout())) {
        call.send(request.encode());
        call.finish();
        return receive(call, extent);
      }
    });
  }

  private static Bytes receive(OutboundCall call, Extent extent)
      throws CallException, InterruptedException {
    byte[] data = new byte[extent.length()];
    int at = 0;
    for (Optional<Bytes> chunk = call.receive(); chunk.isPresent(); chunk = call.receive()) {
      int length = chunk.get().length();
      if (length > data.length - at) {
        throw new CallException(CallStatus.FAILED, extent.block() + " is longer than it was");
      }
      chunk.get().copyTo(0, data, at, length);
      at += length;
    }
    Bytes block = Bytes.wrap(data);
    if (at != data.length || block.crc32c() != extent.crc32c()) {
      throw new CallException(
          CallStatus.FAILED,
          extent.block() + " came damaged: " + at + " of " + data.length + " bytes");
    }
    return block;
  }
}
