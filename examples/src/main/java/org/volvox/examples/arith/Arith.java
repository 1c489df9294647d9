package org.volvox.examples.arith;

import java.rmi.Remote;
import java.rmi.RemoteException;

/** The service in the form of Java RMI: it compiles as it is. */
public interface Arith extends Remote {
  int Multiply(int a, int b) throws RemoteException;
}
