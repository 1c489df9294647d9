package org.volvox.client;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Api;
import org.volvox.base.SessionId;
import org.volvox.base.clock.Origin;
import org.volvox.client.keys.KeySpaces;
import org.volvox.client.service.Services;
import org.volvox.rpc.LamportClock;

/**
 * A program's way into a cluster. Opening it connects to nothing; the first request does.
 * Thread-safe; close it to end its session at once.
 */
@Api
public final class Volvox implements AutoCloseable {
  private final Connections connections;
  private final LamportClock clock;
  private final ClientOptions options;
  private final Requests requests;
  private final VolvoxFiles files;
  private final Processes processes;
  private final Cluster cluster;
  private final Backups backups;
  private @Nullable Services services;
  private @Nullable KeySpaces keys;
  private @Nullable Requests keepers;
  private final RegisterIds registerIds = new RegisterIds();

  private Volvox(ClusterAddress address, ClientOptions options) {
    this.options = options;
    clock = new LamportClock(new Origin.Client(SessionId.NONE));
    connections = new Connections(address, clock, options.entry(), !options.staleReads());
    requests = new Requests(connections, clock, options);
    files = new VolvoxFiles(requests);
    processes = new Processes(requests);
    cluster = new Cluster(requests);
    backups = new Backups(requests);
  }

  public static Volvox connect(ClusterAddress address, ClientOptions options) {
    return new Volvox(address, options);
  }

  /** The cluster whose folder this is, entered through any node that answers. */
  public static Volvox connect(Path folder) throws VolvoxException {
    return connect(ClusterAddress.ofFolder(folder), ClientOptions.DEFAULT);
  }

  /** This user's cluster on this machine, as the volvox command finds it. */
  public static Volvox connect() throws VolvoxException {
    return connect(ClusterAddress.usualFolder(System.getenv()));
  }

  public VolvoxFiles files() {
    return files;
  }

  public Processes processes() {
    return processes;
  }

  public Cluster cluster() {
    return cluster;
  }

  /**
   * How old the last answer to a read may be; empty before the first one, and without {@link
   * ClientOptions#staleReads}.
   */
  public Optional<Staleness> staleness() {
    return requests.staleness();
  }

  /** A register, of which nothing is asked before its first use. */
  public Register register(String name) {
    return new Register(name, requests, registerIds);
  }

  /** Keys and values, in spaces each of which has chosen what it promises. */
  public synchronized KeySpaces keys() {
    if (keys == null) {
      keepers = beside();
      keys = new KeySpaces(new ClusterKeyLink(requests, keepers, this::register));
    }
    return keys;
  }

  public Backups backups() {
    return backups;
  }

  /** Objects of programs under names: bound here, called from anywhere. */
  public synchronized Services services() {
    if (services == null) {
      services =
          new Services(
              new ServiceNetwork(connections, clock),
              new ClusterDirectory(new ClusterLink(beside(), options.label())));
    }
    return services;
  }

  /** Requests of their own, linearizable and waiting for no others, over the same connections. */
  private Requests beside() {
    return new Requests(
        connections,
        clock,
        new ClientOptions(
            options.entry(), options.timeout(), Optional.empty(), options.label(), false));
  }

  @Override
  public void close() {
    Services used;
    Requests keeping;
    synchronized (this) {
      used = services;
      keeping = keepers;
    }
    if (used != null) {
      used.close();
    }
    if (keeping != null) {
      keeping.close();
    }
    requests.close();
    connections.close();
  }
}
