package org.volvox.rpc;

/**
 * The event loops of a node: epoll where the system has it, else NIO. One for all servers and links
 * of a process; closed last.
 */
public final class NettyTransport implements AutoCloseable {
  private NettyTransport() {}

  /**
   * Starts them.
   *
   * @param threads event loops; 1 or 2
   */
  public static NettyTransport start(int threads) {
    return java.util.Optional.<NettyTransport>empty().orElseThrow();
  }

  @Override
  public void close() {}
}
