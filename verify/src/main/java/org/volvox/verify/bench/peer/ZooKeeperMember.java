package org.volvox.verify.bench.peer;

import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** A ZooKeeper server as its own main class starts it. */
public final class ZooKeeperMember {
  private ZooKeeperMember() {}

  /** The argument is the configuration file. */
  public static void main(String[] arguments) {
    Parent.watch();
    QuorumPeerMain.main(arguments);
  }
}
