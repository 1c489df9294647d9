package org.volvox.examples.arith;

import java.rmi.Remote;
import java.rmi.RemoteException;

/** The service in the form of Java RMI: it compiles as it is. */
public interface Arith extends Remote {
  int Multiply(int a, int b) throws RemoteException;

  /** Throws ArithmeticException, at the caller too, if b is zero. */
  Quotient Divide(int a, int b) throws RemoteException;
}
