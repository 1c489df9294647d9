package org.volvox.examples.calculator;

import java.io.IOException;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;

/** Calls the calculator, wherever it runs, and prints 15. */
public final class CalculatorClient {
  private CalculatorClient() {}

  public static void main(String[] args) throws IOException {
    try (Volvox volvox = Volvox.connect(ClusterAddress.usualFolder(System.getenv()))) {
      Calculator calculator = volvox.services().lookup("CalcService", Calculator.class);
      System.out.println(calculator.add(5, 10));
    }
  }
}
