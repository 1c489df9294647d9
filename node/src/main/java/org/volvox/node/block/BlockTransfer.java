package org.volvox.node.block;

import java.time.Duration;
import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.FileLimits;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.Lane;
import org.volvox.calls.Method;
import org.volvox.calls.message.BlockMessage;
import org.volvox.rpc.CallStream;
import org.volvox.rpc.OutboundCall;

/** Moves one block over one call, in chunks; what arrives is checked before anyone uses it. */
public final class BlockTransfer {
  /** How a call to a peer is opened on the data lane. */
  public interface Opener {
    OutboundCall open(NodeId peer, Lane lane, Method method, Duration timeout)
        throws CallException, InterruptedException;
  }

  private final Opener opener;

  public BlockTransfer(Opener opener) {
    this.opener = opener;
  }

  /** Receives {@code length} bytes with this checksum, then the sender's half-close. */
  static Bytes receive(CallStream call, int length, int crc32c)
      throws CallException, InterruptedException {
    byte[] block = new byte[length];
    int at = 0;
    Optional<Bytes> chunk = call.receive();
    while (chunk.isPresent()) {
      if (chunk.get().length() > length - at) {
        throw new CallException(CallStatus.MALFORMED, "more bytes than the block's " + length);
      }
      chunk.get().copyTo(0, block, at, chunk.get().length());
      at += chunk.get().length();
      chunk = at == length ? Optional.empty() : call.receive();
    }
    Bytes bytes = Bytes.wrap(block);
    if (at < length) {
      throw new CallException(CallStatus.MALFORMED, "only " + at + " of " + length + " bytes");
    }
    if (Checksum.of(bytes) != crc32c) {
      throw new CallException(CallStatus.MALFORMED, "the bytes do not have their checksum");
    }
    return bytes;
  }

  static void send(CallStream call, Bytes block) throws CallException, InterruptedException {
    for (int at = 0; at < block.length(); at += BlockMessage.CHUNK_BYTES_MAX) {
      int end = Math.min(block.length(), at + BlockMessage.CHUNK_BYTES_MAX);
      call.send(block.slice(at, end));
    }
  }

  static void requireLength(int length) throws CallException {
    if (length < 1 || length > FileLimits.BLOCK_BYTES_MAX) {
      throw new CallException(CallStatus.MALFORMED, "a block of " + length + " bytes");
    }
  }

  /** Why a copy does not count. */
  static String isBehind(NodeId node) {
    return node + " fetches what it missed before it counts";
  }

  /** Stores a block on a peer; returns when it is durable there. */
  void put(NodeId peer, BlockMessage.Put put, Bytes block, Duration timeout)
      throws CallException, InterruptedException {
    try (OutboundCall call = opener.open(peer, Lane.DATA, Method.PEER_BLOCK_PUT, timeout)) {
      call.send(put.encode());
      send(call, block);
      call.finish();
      Bytes answer =
          call.receive()
              .orElseThrow(() -> new CallException(CallStatus.FAILED, peer + " gave no answer"));
      if (!BlockMessage.Stored.decode(answer).holders().contains(peer)) {
        throw new CallException(CallStatus.FAILED, isBehind(peer));
      }
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, peer + ": " + e.getMessage());
    }
  }

  /** Fetches a block from a peer's own store. */
  Bytes get(NodeId peer, BlockMessage.Get get, Duration timeout)
      throws CallException, InterruptedException {
    try (OutboundCall call = opener.open(peer, Lane.DATA, Method.PEER_BLOCK_GET, timeout)) {
      call.send(get.encode());
      call.finish();
      return receive(call, get.length(), get.crc32c());
    }
  }
}
