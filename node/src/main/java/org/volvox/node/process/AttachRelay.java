package org.volvox.node.process;

import java.util.Optional;
import org.volvox.base.Bytes;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.StreamMessage;
import org.volvox.rpc.InboundCall;
import org.volvox.rpc.OutboundCall;

/** Passes a client's attached streams on to the node that has the program, and back. */
final class AttachRelay {
  private AttachRelay() {}

  /**
   * Relays until the program's node completes. When that node falls silent the client is told to
   * attach again: it knows how far it got.
   */
  static void relay(InboundCall client, OutboundCall peer, StreamMessage.Attach request)
      throws CallException, InterruptedException {
    client.onCancel(peer::cancel);
    peer.send(request.encode());
    Thread input = Thread.ofVirtual().name("relay-in").start(() -> passInput(client, peer));
    try {
      Optional<Bytes> message = peer.receive();
      while (message.isPresent()) {
        client.send(message.get());
        message = peer.receive();
      }
      client.complete();
    } catch (CallException e) {
      client.fail(CallStatus.UNAVAILABLE, "the program's node does not answer: " + e.getMessage());
    } finally {
      input.interrupt();
      peer.close();
    }
  }

  private static void passInput(InboundCall client, OutboundCall peer) {
    try {
      Optional<Bytes> message = client.receive();
      while (message.isPresent()) {
        peer.send(message.get());
        message = client.receive();
      }
      peer.finish();
    } catch (CallException e) {
      peer.cancel(); // One of the ends is gone; the other learns it from its own call.
    } catch (InterruptedException e) {
      return; // The program's node is done.
    }
  }
}
