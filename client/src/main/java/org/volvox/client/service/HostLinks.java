package org.volvox.client.service;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.InstanceId;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;
import org.volvox.rpc.BlockingConnection;

/**
 * Connections to the programs whose services are called, one to each, made when first needed and
 * again when it broke. Those that are not used make room for others.
 */
final class HostLinks implements AutoCloseable {
  private static final int LINKS_MAX = 256;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);

  private final Credentials credentials;
  private final Map<List<String>, Slot> slots = new LinkedHashMap<>();

  /** The same slots; those of instances that are gone stay until one is closed for room. */
  private final Map<InstanceId, Slot> byInstance = new ConcurrentHashMap<>();

  private boolean isClosed;

  /** A program's connection; connecting to one does not hold up another. */
  private static final class Slot {
    private volatile @Nullable BlockingConnection connection;
    private volatile long usedNanos = System.nanoTime();

    /** The connection if it is there and open. */
    @Nullable BlockingConnection ifOpen() {
      BlockingConnection there = connection;
      if (there == null || !there.isOpen()) {
        return null;
      }
      usedNanos = System.nanoTime();
      return there;
    }

    synchronized boolean isIdle() {
      return connection == null || !connection.isOpen() || connection.openCalls() == 0;
    }

    synchronized void close() {
      if (connection != null) {
        connection.close();
        connection = null;
      }
    }

    synchronized BlockingConnection get(Connect connect) throws CallException {
      BlockingConnection old = connection;
      if (old != null && old.isOpen()) {
        return old;
      }
      BlockingConnection made = connect.connect();
      connection = made;
      return made;
    }
  }

  private interface Connect {
    BlockingConnection connect() throws CallException;
  }

  HostLinks(Credentials credentials) {
    this.credentials = credentials;
  }

  /** The connection to an instance's program; blocks while it is made. */
  BlockingConnection to(ServiceRow row, Duration patience) throws CallException {
    Slot known = byInstance.get(row.instance());
    BlockingConnection there = known == null ? null : known.ifOpen();
    return there == null ? connected(row, patience) : there;
  }

  private BlockingConnection connected(ServiceRow row, Duration patience) throws CallException {
    Slot slot;
    List<Slot> leaving;
    synchronized (this) {
      if (isClosed) {
        throw unavailable("the client is closed");
      }
      leaving = makeRoom(row.endpoints());
      slot = slots.computeIfAbsent(row.endpoints(), _ -> new Slot());
      byInstance.put(row.instance(), slot);
    }
    leaving.forEach(Slot::close);
    Duration span = patience.compareTo(CONNECT_MAX) < 0 ? patience : CONNECT_MAX;
    return slot.get(() -> connect(row, span));
  }

  /** Takes idle ones out, the longest unused first; without any, there are more for a while. */
  private List<Slot> makeRoom(List<String> wanted) {
    List<Slot> leaving = new ArrayList<>();
    if (slots.size() >= LINKS_MAX && !slots.containsKey(wanted)) {
      Optional<Map.Entry<List<String>, Slot>> idle =
          slots.entrySet().stream()
              .filter(each -> each.getValue().isIdle())
              .min(Comparator.comparingLong(each -> each.getValue().usedNanos));
      idle.ifPresent(each -> {
        slots.remove(each.getKey());
        byInstance.values().removeIf(each.getValue()::equals);
        leaving.add(each.getValue());
      });
    }
    return leaving;
  }

  /** On this machine first; a socket's file outlives a killed program, and the address decides. */
  private BlockingConnection connect(ServiceRow row, Duration span) throws CallException {
    CallException failed =
        unavailable(row.name().shortForm() + " has no address that is known here");
    List<Endpoint> endpoints =
        row.endpoints().stream().map(Endpoint::parse).flatMap(Optional::stream).toList();
    for (Endpoint each : endpoints) {
      if (each instanceof Endpoint.Unix(var path) && Files.exists(path)) {
        try {
          return BlockingConnection.connectHostUnix(path, credentials.self());
        } catch (CallException e) {
          failed = e;
        }
      }
    }
    for (Endpoint each : endpoints) {
      if (each instanceof Endpoint.Tls tls) {
        try {
          return connectTls(tls, row.principal(), span);
        } catch (CallException e) {
          failed = e;
        }
      }
    }
    throw failed;
  }

  private BlockingConnection connectTls(Endpoint.Tls tls, String principal, Duration span)
      throws CallException {
    return BlockingConnection.connectHost(
        new BlockingConnection.HostAddress(tls.address(), principal),
        credentials.tls(),
        credentials.self(),
        span);
  }

  private static CallException unavailable(String why) {
    return new CallException(CallStatus.UNAVAILABLE, CallPhase.CONNECT, false, why);
  }

  @Override
  public void close() {
    List<Slot> all;
    synchronized (this) {
      isClosed = true;
      all = List.copyOf(slots.values());
      slots.clear();
      byInstance.clear();
    }
    all.forEach(Slot::close);
  }
}
