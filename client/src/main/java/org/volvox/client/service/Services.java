package org.volvox.client.service;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.volvox.base.Api;
import org.volvox.base.InstanceId;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.CallException;
import org.volvox.rpc.LamportClock;
import org.volvox.rpc.marshal.InterfaceCodec;
import org.volvox.rpc.marshal.Marks;

/**
 * Services of the cluster: objects of programs, called by name from any other program. A service is
 * a plain Java interface; what it takes and returns are primitives, strings, records, enums, sealed
 * hierarchies of these, collections, byte arrays, futures and streams. Thread-safe.
 */
@Api
public final class Services implements AutoCloseable {
  static final Marks MARKS =
      new Marks(
          method -> method.isAnnotationPresent(Idempotent.class),
          method -> method.isAnnotationPresent(Brief.class));

  private static final Duration DRAIN_MAX = Duration.ofSeconds(2);

  private final Network network;
  private final Directory directory;
  private final ServiceCaller caller;
  private final SecureRandom random = new SecureRandom();
  private @Nullable ServiceHost host;
  private boolean isClosed;

  /** How this program is reached, and reaches others; for Volvox itself. */
  @Api
  public interface Network {
    Credentials credentials();

    LamportClock clock();

    /** An address of this machine that the cluster's other machines reach; port 0. */
    InetSocketAddress listen() throws IOException;

    /** Where Unix sockets of this machine's programs are; empty if there is no such place. */
    Optional<Path> sockets();
  }

  public Services(Network network, Directory directory) {
    this.network = network;
    this.directory = directory;
    this.caller =
        new ServiceCaller(directory, new HostLinks(network.credentials()), network.clock());
  }

  /**
   * Lets programs of the cluster call this object under a name: {@code CalcService} is {@code
   * /services/CalcService}. It is there until the binding or the client is closed, or this program
   * dies. Several may have the same name: calls are spread over them.
   *
   * @throws IllegalArgumentException if the interface or the name cannot be a service's
   * @throws IOException if the cluster does not take it, or this machine gives no address
   */
  public <T> Binding bind(String name, Class<T> type, T target)
      throws IOException, InterruptedException {
    ServiceName path = ServiceName.of(name);
    InterfaceCodec codec = InterfaceCodec.host(type, MARKS);
    requireAccess(type, codec);
    InstanceId instance = new InstanceId(random.nextLong(), random.nextLong());
    ServiceHost serving = host();
    serving.add(new Bound(path, instance, codec, target));
    ServiceBinding binding = new ServiceBinding(path, instance, directory, serving);
    boolean isBound = false;
    try {
      directory.bind(
          new ServiceCall.Bind(
              path,
              instance,
              type.getName(),
              codec.schema().digest(),
              serving.endpoints(),
              where(System.getenv())));
      isBound = true;
    } finally {
      if (!isBound) {
        serving.remove(instance);
      }
    }
    if (target instanceof HealthChecked checked) {
      binding.watchHealth(checked);
    }
    return binding;
  }

  /** An interface need not be public, but its module must let it be called. */
  private static void requireAccess(Class<?> type, InterfaceCodec codec) {
    if (!codec.methods().stream().allMatch(each -> each.method().trySetAccessible())) {
      throw new IllegalArgumentException(
          type.getName() + " cannot be called from here: its module does not open its package");
    }
  }

  /** This program, as {@code volvox ps} has it if the cluster runs it. */
  static String where(Map<String, String> environment) throws IOException {
    String pid = environment.get("VOLVOX_PID");
    String node = environment.get("VOLVOX_NODE");
    if (pid != null && node != null) {
      return "pid " + pid + " on " + node;
    }
    Path host = Path.of("/proc/sys/kernel/hostname");
    String here = "pid " + ProcessHandle.current().pid();
    return Files.isReadable(host) ? here + " on " + Files.readString(host).strip() : here;
  }

  /**
   * An object that stands for the one bound to this name, wherever that is, now or when it is
   * called. Nothing is asked before the first call.
   *
   * @throws IllegalArgumentException if the interface or the name cannot be a service's
   */
  public <T> T lookup(String name, Class<T> type) {
    return lookup(name, type, CallOptions.DEFAULT);
  }

  /** As the other, with options of one's own. */
  public <T> T lookup(String name, Class<T> type, CallOptions options) {
    return Stub.of(ServiceName.of(name), type, caller, options);
  }

  /** Who is bound to names whose paths begin with this, such as {@code /services/}. */
  public List<ServiceRow> list(String prefix) throws IOException, InterruptedException {
    return directory.all(prefix);
  }

  /** Tells of who is bound to names whose paths begin with this, and of each change from then. */
  public Directory.Watch watch(String prefix, Consumer<Directory.Change> onChange)
      throws IOException, InterruptedException {
    return directory.watch(prefix, onChange);
  }

  /** Which services there are. */
  public Directory directory() {
    return directory;
  }

  /** Calls by method name and JSON, without a class of the interface. */
  public JsonCalls json() {
    return new JsonCalls(caller);
  }

  /** Calls of this program's objects that are open now. */
  synchronized int servedCalls() {
    return host == null ? 0 : host.openCalls();
  }

  /** Answers that are kept for callers that may come again. */
  synchronized int keptAnswers() {
    return host == null ? 0 : host.keptAnswers();
  }

  /** Requests of this program that have neither an answer nor an end. */
  int openRequests() {
    return caller.openRequests();
  }

  private synchronized ServiceHost host() throws IOException {
    if (isClosed) {
      throw new IOException("the client is closed");
    }
    if (host == null) {
      Optional<Path> socket =
          network
              .sockets()
              .map(folder -> folder.resolve("s" + Long.toHexString(random.nextLong())));
      try {
        host =
            new ServiceHost(
                network.credentials(),
                network.clock(),
                new ServiceHost.Listen(network.listen(), socket));
      } catch (CallException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
    return host;
  }

  @Override
  public void close() {
    ServiceHost serving;
    synchronized (this) {
      isClosed = true;
      serving = host;
      host = null;
    }
    directory.close();
    caller.close();
    if (serving != null) {
      try {
        serving.drain(DRAIN_MAX);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      serving.close();
    }
  }
}
