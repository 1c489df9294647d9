package org.volvox.verify.service;

import java.io.IOException;
import java.time.Duration;
import org.volvox.base.syscall.ServiceName;
import org.volvox.client.Volvox;
import org.volvox.verify.process.Waits;

/** Waits for programs to bind what they offer, and to be taken for dead. */
final class Instances {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Instances() {}

  static void await(Volvox volvox, String service, int count) {
    ServiceName name = ServiceName.of(service);
    Waits.until(
        PATIENCE,
        () -> {
          try {
            return volvox.services().list(name.path()).size() == count;
          } catch (IOException e) {
            return false;
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        () -> "not " + count + " instances of " + name);
  }
}
