package org.volvox.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.RequestId;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes, before or behind its word, and what follows from them. */
@Command(name = "volvox", sortOptions = false)
public final class Root {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Option(names = "--dir", paramLabel = "DIR", scope = ScopeType.INHERIT, hidden = true)
  private String dir = "";

  @Option(names = "--node", paramLabel = "N", scope = ScopeType.INHERIT, hidden = true)
  private String node = "";

  @Option(names = "--timeout", paramLabel = "TIME", scope = ScopeType.INHERIT, hidden = true)
  private String timeout = "";

  @Option(names = "--request", paramLabel = "ID", scope = ScopeType.INHERIT, hidden = true)
  private String request = "";

  @Option(names = "--stale", scope = ScopeType.INHERIT, hidden = true)
  private boolean stale;

  @Option(names = "--json", scope = ScopeType.INHERIT, hidden = true)
  private boolean json;

  @Option(names = "--debug", scope = ScopeType.INHERIT, hidden = true)
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      hidden = true)
  private boolean help;

  private final Streams streams;
  private Optional<Volvox> connected = Optional.empty();
  private Optional<Settings> settings = Optional.empty();

  Root(Streams streams) {
    this.streams = streams;
  }

  public Streams streams() {
    return streams;
  }

  public boolean isJson() {
    return json;
  }

  public boolean isDebug() {
    return debug;
  }

  boolean isHelp() {
    return help;
  }

  /** A setting's value and where it came from. */
  public record Setting(String name, String value, String source) {}

  /** The cluster's folder: --dir, VOLVOX_DIR, the user's file, or the user's default. */
  public Setting dirSetting() {
    Setting set = settings().find("dir", dir, "");
    if (set.source().equals(Settings.DEFAULT)) {
      String usual = ClusterAddress.usualFolder(streams.environment()).toString();
      return new Setting("dir", usual, Settings.DEFAULT);
    }
    boolean isOfHome = !set.source().startsWith("--") && set.value().startsWith("~/");
    return isOfHome
        ? new Setting(
            "dir", System.getProperty("user.home") + set.value().substring(1), set.source())
        : set;
  }

  public Setting timeoutSetting() {
    return settings().find("timeout", timeout, TIMEOUT.toSeconds() + "s");
  }

  public Setting nodeSetting() {
    return settings().find("node", node, "any that answers");
  }

  /** A setting that only some commands have as a flag; empty words if it is not set. */
  public Setting setting(String name, String flag) {
    return settings().find(name, flag, "");
  }

  private Settings settings() {
    if (settings.isEmpty()) {
      settings = Optional.of(Settings.of(streams.environment()));
    }
    return settings.get();
  }

  public Path folder() {
    return Path.of(dirSetting().value()).toAbsolutePath().normalize();
  }

  public Optional<NodeId> entry() {
    Setting setting = nodeSetting();
    return setting.source().equals(Settings.DEFAULT)
        ? Optional.empty()
        : Optional.of(Parse.node(setting.value()));
  }

  public Duration timeout() {
    return Parse.span(timeoutSetting().value());
  }

  public ClientOptions options() {
    Optional<RequestId> repeated = Optional.empty();
    if (!request.isEmpty()) {
      try {
        repeated = Optional.of(RequestId.parse(request));
      } catch (IllegalArgumentException e) {
        throw Failure.usage(
            String.valueOf(e.getMessage()), "It is in the message of the first try.");
      }
    }
    return new ClientOptions(entry(), timeout(), repeated, "volvox command", stale);
  }

  public ClusterAddress address() throws VolvoxException {
    return ClusterAddress.ofFolder(folder());
  }

  public Volvox connect() throws VolvoxException {
    ClientOptions options = options();
    ClusterAddress address = address();
    Optional<NodeId> entry = options.entry();
    if (entry.isPresent() && address.node(entry.get()).isEmpty()) {
      throw Failure.usage(
          "no node " + entry.get() + " in this cluster of " + address.nodes().size(),
          "See them: volvox nodes");
    }
    Volvox volvox = Volvox.connect(address, options);
    connected = Optional.of(volvox);
    return volvox;
  }

  /** Behind a command that read what may be old: how old. */
  void sayStaleness() {
    connected
        .flatMap(Volvox::staleness)
        .ifPresent(known ->
            streams.say(
                "stale: as "
                    + known.node()
                    + " had it at log index "
                    + known.index()
                    + "; it last heard of a leader "
                    + known.age().toMillis()
                    + " ms ago"));
  }
}
