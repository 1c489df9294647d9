package org.volvox.examples.arith;

import java.io.IOException;
import java.rmi.RemoteException;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;

/** Looks the service up and calls it, as a client of Java RMI does, and prints 56. */
public final class ArithClient {
  private ArithClient() {}

  public static void main(String[] args) throws IOException {
    try (Volvox volvox = Volvox.connect(ClusterAddress.usualFolder(System.getenv()))) {
      Arith arith = volvox.services().lookup("Arith", Arith.class);
      System.out.println(arith.Multiply(7, 8));
    } catch (RemoteException e) {
      System.err.println("the call failed: " + e.getMessage());
      System.exit(1);
    }
  }
}
