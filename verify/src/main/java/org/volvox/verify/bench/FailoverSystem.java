package org.volvox.verify.bench;

import java.io.IOException;
import java.util.List;
import org.volvox.verify.process.NamespaceNetwork;

/** A cluster of three members, each on a machine of its own in a network of namespaces. */
interface FailoverSystem extends AutoCloseable {
  int MEMBERS = 3;

  String name();

  /** What of its set-up bears on the figures: version, timeouts, durability, security. */
  String conditions();

  NamespaceNetwork network();

  /** Starts a member, for the first time or again. */
  void start(int member) throws IOException;

  /** The process of a member that was started. */
  Process process(int member);

  /** The command line of {@link FailoverLoad} for this system, as the network's client. */
  List<String> load();

  @Override
  void close();
}
