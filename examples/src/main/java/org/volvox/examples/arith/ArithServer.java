package org.volvox.examples.arith;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;

/** Binds the service to the name Arith, where RMI would rebind it in its registry. */
public final class ArithServer implements Arith {
  @Override
  public int Multiply(int a, int b) {
    return a * b;
  }

  @Override
  public Quotient Divide(int a, int b) {
    return new Quotient(a / b, a % b);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Volvox volvox = Volvox.connect(ClusterAddress.usualFolder(System.getenv()));
    volvox.services().bind("Arith", Arith.class, new ArithServer());
    // Without this the name goes too, but only when the cluster notices that the program is gone.
    Runtime.getRuntime().addShutdownHook(new Thread(volvox::close));
    System.out.println("Arith is bound; stop it with Ctrl-C");
    new CountDownLatch(1).await();
  }
}
