package org.volvox.verify.bench.rpc.peer;

import io.netty.channel.Channel;

/** Sends items for as long as the connection takes them; in its loop. */
final class EchoPump {
  private int left;

  void start(int items, Channel to) {
    left = items;
    goOn(to);
  }

  void goOn(Channel to) {
    while (left > 0 && to.isWritable()) {
      left--;
      var _ = to.write(EchoFrames.item(left == 0));
    }
    to.flush();
  }
}
