package org.volvox.examples.calculator;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;

/** Binds a calculator to the name CalcService and serves it until it is stopped. */
public final class CalculatorServer implements Calculator {
  @Override
  public int add(int a, int b) {
    return a + b;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Volvox volvox = Volvox.connect(ClusterAddress.usualFolder(System.getenv()));
    volvox.services().bind("CalcService", Calculator.class, new CalculatorServer());
    // Without this the name goes too, but only when the cluster notices that the program is gone.
    Runtime.getRuntime().addShutdownHook(new Thread(volvox::close));
    System.out.println("CalcService is bound; stop it with Ctrl-C");
    new CountDownLatch(1).await();
  }
}
