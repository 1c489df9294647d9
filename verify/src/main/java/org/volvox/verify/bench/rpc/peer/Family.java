package org.volvox.verify.bench.rpc.peer;

/** One library for calls: how it is served and called. */
interface Family {
  /** Serves in this process from now on. */
  void serve(Place place) throws Exception;

  Line connect(Place place) throws Exception;

  static Family of(String name) {
    return switch (name) {
      case "volvox" -> new VolvoxCalls();
      case "rmi" -> new RmiCalls();
      case "grpc" -> new GrpcCalls();
      case "echo" -> new EchoCalls();
      default -> throw new IllegalArgumentException("no system " + name);
    };
  }
}
