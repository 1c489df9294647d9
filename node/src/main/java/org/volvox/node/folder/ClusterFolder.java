package org.volvox.node.folder;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.base.Ratio;
import org.volvox.node.folder.FolderException.Kind;
import org.volvox.rpc.ClusterAuthority;

/**
 * The folder of a whole cluster, as {@code up} makes it. It holds a folder for each node of this
 * machine, the cluster's authority, and a client's key; cluster.json is written last, so a folder
 * with it is complete.
 */
public final class ClusterFolder {
  public static final int LOCAL_PORT = 7600;
  public static final int NODES_MAX = 7;

  /** Nodes of one net; there are 254 addresses. */
  private static final int HOSTS = 250;

  private final Path path;
  private final ClusterConfig config;

  private ClusterFolder(Path path, ClusterConfig config) {
    this.path = path;
    this.config = config;
  }

  /** Loopback addresses 127.A.B.1 to 127.A.B.n with A and B drawn, so that clusters do not meet. */
  public static List<InetSocketAddress> localAddresses(int nodes) {
    SecureRandom random = new SecureRandom();
    String net = "127." + (1 + random.nextInt(254)) + "." + random.nextInt(255) + ".";
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) {
      addresses.add(new InetSocketAddress(net + node, LOCAL_PORT));
    }
    return addresses;
  }

  /** Whether there is a cluster to open. */
  public static boolean exists(Path path) {
    return Files.exists(path.resolve("cluster.json"));
  }

  /** Where the nodes' folders are while a cluster is being made. */
  public interface Places {
    Path folder(NodeId node);
  }

  /** Puts something into the nodes' folders before the cluster counts as made. */
  public interface Filling {
    void fill(ClusterConfig config, Places places) throws IOException;
  }

  /**
   * What is settled for good about a cluster's log when it is made.
   *
   * @param leaseDrift if leaders are to read by leases, by how much clocks may drift
   * @param engine who keeps it
   */
  public record LogKind(Optional<Ratio> leaseDrift, String engine) {
    public static final LogKind DEFAULT = new LogKind(Optional.empty(), ClusterConfig.OWN_ENGINE);
  }

  /** Makes a cluster of one node an address, with its authority and certificates. */
  public static ClusterFolder create(Path path, List<InetSocketAddress> addresses)
      throws FolderException {
    return create(path, addresses, LogKind.DEFAULT, (config, places) -> {});
  }

  /** The same, with a log of this kind. */
  public static ClusterFolder create(Path path, List<InetSocketAddress> addresses, LogKind kind)
      throws FolderException {
    return create(path, addresses, kind, (config, places) -> {});
  }

  /** The same, filled with what a backup had. */
  public static ClusterFolder create(Path path, List<InetSocketAddress> addresses, Filling filling)
      throws FolderException {
    return create(path, addresses, LogKind.DEFAULT, filling);
  }

  private static ClusterFolder create(
      Path path, List<InetSocketAddress> addresses, LogKind kind, Filling filling)
      throws FolderException {
    if (addresses.isEmpty() || addresses.size() > NODES_MAX) {
      throw new IllegalArgumentException(
          "a cluster has 1 to " + NODES_MAX + " nodes, not " + addresses.size());
    }
    List<ClusterConfig.Member> members = new ArrayList<>();
    boolean local = true;
    for (InetSocketAddress address : addresses) {
      NodeId id = new NodeId(members.size() + 1);
      String host = address.getAddress().getHostAddress();
      local &= address.getAddress().isLoopbackAddress();
      members.add(new ClusterConfig.Member(id, host, address.getPort()));
    }
    ClusterConfig config =
        new ClusterConfig(newClusterId(), local, kind.leaseDrift(), kind.engine(), members);
    requireFree(path);
    try {
      DurableFiles.makeFolder(path);
      ClusterAuthority authority = ClusterAuthority.create(path.resolve("ca"), config.clusterId());
      for (ClusterConfig.Member member : members) {
        Path folder = path.resolve(member.id().toString());
        DurableFiles.makeFolder(folder);
        authority.issueNode(member.id(), folder.resolve("tls"));
        NodeFolder.create(folder, new ConfigJson.Owner(member.id(), false), config);
      }
      filling.fill(config, node -> path.resolve(node.toString()));
      authority.issueUser(System.getProperty("user.name", "user"), path.resolve("client"));
      String token = AccessToken.make(path.resolve("client"));
      for (ClusterConfig.Member member : members) {
        AccessToken.accept(path.resolve(member.id().toString()), token);
      }
      DurableFiles.replace(
          path.resolve("cluster.json"), ConfigJson.write(config, Optional.empty()));
    } catch (NotDirectoryException e) {
      throw new FolderException(Kind.NOT_A_FOLDER, path + " is not a folder", e);
    } catch (IOException e) {
      throw new FolderException(
          Kind.FAILED, "cannot make the cluster folder " + path + ": " + e.getMessage(), e);
    }
    return new ClusterFolder(path, config);
  }

  public static ClusterFolder open(Path path) throws FolderException {
    if (!Files.exists(path)) {
      throw new FolderException(Kind.MISSING, "no cluster in " + path + ": make one by up");
    }
    if (!Files.isDirectory(path)) {
      throw new FolderException(Kind.NOT_A_FOLDER, path + " is not a folder");
    }
    if (!exists(path)) {
      throw new FolderException(
          Kind.MISSING, "no cluster in " + path + ": it has no cluster.json; make one by up");
    }
    return new ClusterFolder(path, ConfigJson.read(path.resolve("cluster.json")).config());
  }

  public Path path() {
    return path;
  }

  public ClusterConfig config() {
    return config;
  }

  public Path nodeFolder(NodeId node) {
    return path.resolve(node.toString());
  }

  /**
   * Lets the local client's token in at a node; clusters that were made before there were tokens
   * get one.
   */
  public void acceptToken(NodeId node) throws FolderException {
    try {
      AccessToken.accept(nodeFolder(node), AccessToken.make(path.resolve("client")));
    } catch (IOException e) {
      throw new FolderException(
          Kind.FAILED, "cannot write the token for " + node + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes the folder of a node that is to join, with its certificate and an address of its own. It
   * is taken up again if it is there already. The nodes that there are come from who knows them.
   */
  public ClusterConfig.Member addNode(NodeId id, List<ClusterConfig.Member> there)
      throws FolderException {
    if (!config.local()) {
      throw new FolderException(
          Kind.FAILED, "the cluster in " + path + " is not of this machine alone");
    }
    return addNode(
        new ClusterConfig.Member(id, localHost(there.getFirst(), id), LOCAL_PORT), there);
  }

  /** The same with an address that is known, which need not be of this machine. */
  public ClusterConfig.Member addNode(ClusterConfig.Member added, List<ClusterConfig.Member> there)
      throws FolderException {
    NodeId id = added.id();
    Path folder = nodeFolder(id);
    if (Files.exists(folder.resolve("meta"))) {
      ConfigJson.Parsed parsed = ConfigJson.read(folder.resolve("node.json"));
      if (!parsed.isJoining() || !parsed.config().clusterId().equals(config.clusterId())) {
        throw new FolderException(Kind.EXISTS, folder + " is another node's: move it away");
      }
      return parsed.config().member(id).orElse(added);
    }
    List<ClusterConfig.Member> all = new ArrayList<>(there);
    all.add(added);
    ClusterConfig known = config.withMembers(all);
    try {
      DurableFiles.makeFolder(folder);
      ClusterAuthority.load(path.resolve("ca")).issueNode(id, folder.resolve("tls"));
      NodeFolder.create(folder, new ConfigJson.Owner(id, true), known);
    } catch (IOException e) {
      throw new FolderException(
          Kind.FAILED, "cannot make the folder " + folder + ": " + e.getMessage(), e);
    }
    return added;
  }

  /** 127.A.B.K for node K, with the cluster's A and B; above 250 the next B, and so on. */
  static String localHost(ClusterConfig.Member any, NodeId id) {
    String[] parts = any.host().split("\\.", -1);
    int first = Integer.parseInt(parts[2]) - (any.id().value() - 1) / HOSTS;
    int third = Math.floorMod(first + (id.value() - 1) / HOSTS, 256);
    return parts[0] + "." + parts[1] + "." + third + "." + ((id.value() - 1) % HOSTS + 1);
  }

  /** Writes down who there is now, so that clients find their way in; whole or not at all. */
  public ClusterFolder rewrite(List<ClusterConfig.Member> members) throws FolderException {
    ClusterConfig next = config.withMembers(members);
    try {
      DurableFiles.replace(path.resolve("cluster.json"), ConfigJson.write(next, Optional.empty()));
      return new ClusterFolder(path, next);
    } catch (IOException e) {
      throw new FolderException(
          Kind.FAILED, "cannot write " + path.resolve("cluster.json") + ": " + e.getMessage(), e);
    }
  }

  private static ClusterId newClusterId() {
    SecureRandom random = new SecureRandom();
    long value = random.nextLong();
    while (value == 0) {
      value = random.nextLong();
    }
    return new ClusterId(value);
  }

  /** Refuses a folder that is there and has anything in it. */
  public static void requireEmpty(Path path) throws FolderException {
    requireFree(path);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      if (entries.iterator().hasNext()) {
        throw new FolderException(
            Kind.EXISTS, path + " is not empty: name a folder for the new cluster alone");
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw new FolderException(Kind.FAILED, "cannot look into " + path + ": " + e.getMessage(), e);
    }
  }

  private static void requireFree(Path path) throws FolderException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new FolderException(Kind.NOT_A_FOLDER, path + " is not a folder");
    }
    if (exists(path)) {
      throw new FolderException(Kind.EXISTS, "there is a cluster in " + path + " already");
    }
    if (Files.exists(path.resolve("node.json"))) {
      throw new FolderException(
          Kind.EXISTS,
          path + " is a node's folder; its cluster is --dir " + path.toAbsolutePath().getParent());
    }
    if (Files.exists(path.resolve("n1")) || Files.exists(path.resolve("ca"))) {
      throw new FolderException(
          Kind.EXISTS,
          path
              + " holds parts of a cluster but no cluster.json: remove it if it is of no use, or"
              + " name another folder");
    }
  }
}
