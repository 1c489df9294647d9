package org.volvox.verify.bench.peer;

import java.io.IOException;
import java.io.OutputStream;

/** Ends this process when the one that started it is gone. */
final class Parent {
  private Parent() {}

  /** Watches the standard input, which the benchmark holds open for as long as it lives. */
  static void watch() {
    Thread.ofPlatform()
        .daemon()
        .name("parent")
        .start(() -> {
          try {
            var _ = System.in.transferTo(OutputStream.nullOutputStream());
          } catch (IOException e) {
            System.err.println("the standard input failed: " + e);
          }
          Runtime.getRuntime().halt(0);
        });
  }
}
