package org.volvox.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.volvox.base.Api;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;

/**
 * Where a cluster is and how to be let in: its nodes' addresses, the folder with this user's key
 * and certificate, and, on a node's own machine, the node's Unix socket.
 */
@Api
public record ClusterAddress(ClusterId cluster, List<Node> nodes, Path credentials) {
  private static final int FORMAT = 1;

  /** One way in. */
  @Api
  public record Node(NodeId id, InetSocketAddress address, Path socket) {}

  public ClusterAddress {
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a cluster of no nodes");
    }
  }

  public Optional<Node> node(NodeId id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }

  /**
   * The folder of this user's cluster on this machine: {@code VOLVOX_DIR}, else volvox/default in
   * {@code XDG_STATE_HOME}, else in ~/.local/state.
   */
  public static Path usualFolder(Map<String, String> environment) {
    String set = environment.getOrDefault("VOLVOX_DIR", "");
    if (!set.isEmpty()) {
      return Path.of(set);
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "state")
            : Path.of(state);
    return base.resolve("volvox").resolve("default");
  }

  /** Reads the address of the cluster whose folder this is, as `up` makes it. */
  public static ClusterAddress ofFolder(Path folder) throws VolvoxException {
    Path file = folder.resolve("cluster.json");
    try (JsonParser in = new JsonFactory().createParser(Files.readAllBytes(file))) {
      return new Reading(folder).read(in);
    } catch (NoSuchFileException e) {
      throw VolvoxException.of(
          VolvoxException.Kind.UNREACHABLE,
          "no cluster in " + folder,
          "Make one: volvox up --dir " + folder);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED, "cannot read " + file + ": " + e.getMessage(), "");
    } catch (VolvoxException e) {
      throw e;
    } catch (IOException e) {
      throw VolvoxException.of(
          VolvoxException.Kind.FAILED, "cannot read " + file + ": " + e.getMessage(), "");
    }
  }

  /** What was read so far of one file. */
  private static final class Reading {
    private final Path folder;
    private final List<Node> nodes = new ArrayList<>();
    private int format;
    private String cluster = "";

    Reading(Path folder) {
      this.folder = folder;
    }

    ClusterAddress read(JsonParser in) throws IOException {
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        in.nextToken();
        switch (name) {
          case "format" -> format = in.getIntValue();
          case "cluster" -> cluster = in.getText();
          case "nodes" -> readNodes(in);
          default -> in.skipChildren();
        }
      }
      if (format > FORMAT) {
        throw VolvoxException.of(
            VolvoxException.Kind.FAILED,
            folder + " has format " + format + ", this Volvox reads " + FORMAT,
            "Use the newer Volvox that made it; nothing was changed.");
      }
      return new ClusterAddress(ClusterId.parse(cluster), nodes, folder.resolve("client"));
    }

    private void readNodes(JsonParser in) throws IOException {
      while (in.nextToken() == JsonToken.START_OBJECT) {
        int id = 0;
        String host = "";
        int port = 0;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          String name = in.currentName();
          in.nextToken();
          switch (name) {
            case "id" -> id = in.getIntValue();
            case "host" -> host = in.getText();
            case "port" -> port = in.getIntValue();
            default -> in.skipChildren();
          }
        }
        NodeId node = new NodeId(id);
        nodes.add(
            new Node(
                node,
                new InetSocketAddress(host, port),
                folder.resolve(node.toString()).resolve("sock")));
      }
    }
  }
}
