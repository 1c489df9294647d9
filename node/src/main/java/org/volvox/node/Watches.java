package org.volvox.node;

import java.util.Set;
import java.util.function.Consumer;
import org.volvox.base.NodeId;
import org.volvox.base.OrderedStore;
import org.volvox.node.key.KeyWatch;
import org.volvox.node.serve.QueryService;
import org.volvox.node.service.ServiceWatch;

/** What tells clients of changes of the replicated state as this node applies them. */
record Watches(ServiceWatch services, KeyWatch keys) {
  static Watches of(
      NodeId self, OrderedStore state, QueryService queries, Consumer<String> onFailure) {
    return new Watches(
        new ServiceWatch(
            self, new ServiceWatch.Parts(state, queries::age, queries::awaitCurrent), onFailure),
        new KeyWatch(
            self, new KeyWatch.Parts(state, queries::age, queries::awaitCurrent), onFailure));
  }

  void start(Consumer<Node.Closing> closings) {
    services.start();
    keys.start();
    closings.accept(new Node.Closing("services", services::close));
    closings.accept(new Node.Closing("keys", keys::close));
  }

  /** Commands of these ranges were applied; never waits. */
  void applied(Set<Integer> ranges) {
    services.applied(ranges);
    keys.applied(ranges);
  }
}
