package org.volvox.verify.bench.rpc.peer;

import java.io.IOException;
import java.net.ServerSocket;
import java.rmi.NotBoundException;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.ArrayList;
import java.util.List;
import org.volvox.verify.bench.Load;

/** Java RMI as the JDK has it, over plain TCP; it opens a connection for each call under way. */
final class RmiCalls implements Family {
  /** What is exported; it would be collected if nothing held it. */
  private static final List<Object> HELD = new ArrayList<>();

  /** The interface; RMI wants it public. */
  public interface Echo extends Remote {
    byte[] echo(byte[] payload) throws RemoteException;

    int add(int a, int b) throws RemoteException;
  }

  private record Served() implements Echo {
    @Override
    public byte[] echo(byte[] payload) {
      return payload;
    }

    @Override
    public int add(int a, int b) {
      return a + b;
    }
  }

  @Override
  public void serve(Place place) throws IOException {
    System.setProperty("java.rmi.server.hostname", Place.HOST);
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Registry registry = LocateRegistry.createRegistry(port);
    Served served = new Served();
    registry.rebind("echo", UnicastRemoteObject.exportObject(served, 0));
    HELD.addAll(List.of(registry, served));
    place.listening(port);
  }

  @Override
  public Line connect(Place place) throws IOException {
    try {
      Registry registry = LocateRegistry.getRegistry(Place.HOST, place.address().getPort());
      Echo echo = (Echo) registry.lookup("echo");
      return (work, payload) -> operation(echo, work, payload);
    } catch (NotBoundException e) {
      throw new IOException(e);
    }
  }

  private static Load.Operation operation(Echo echo, Work work, byte[] payload) {
    return switch (work) {
      case ECHO -> () -> Line.requireSame(payload.length, echo.echo(payload).length);
      case ADD -> () -> Line.requireSame(15, echo.add(5, 10));
      case BRIEF, DOWN, UP -> throw new UnsupportedOperationException("RMI has none: " + work);
    };
  }
}
