package org.volvox.verify.bench.rpc;

import org.volvox.verify.bench.Load;

/**
 * What one system gave in one round.
 *
 * @param callerBytes that the caller's process allocated for a call
 * @param serverBytes the same of the server's
 */
record RpcSample(Load.Sample load, double callerBytes, double serverBytes) {
  double perSecond() {
    return load.perSecond();
  }

  double p50Micros() {
    return 1e3 * load.p50Millis();
  }

  double p99Micros() {
    return 1e3 * load.p99Millis();
  }

  double p999Micros() {
    return 1e3 * load.p999Millis();
  }

  double callerMicros() {
    return load.clientMicros();
  }

  double serverMicros() {
    return load.serverMicros();
  }

  double megabytesPerSecond() {
    return RpcLoad.STREAM_MEGABYTES * load.perSecond();
  }
}
