package org.volvox.node.folder;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;
import org.volvox.base.Ratio;
import org.volvox.node.folder.FolderException.Kind;

/**
 * cluster.json and node.json, format 1; unknown fields are skipped. node.json is cluster.json with
 * the field {@code node}, and {@code joining} where the node was made for a cluster that there was.
 *
 * <pre>
 * {"format": 1, "cluster": "16 hex digits", "local": true, "node": 1,
 *  "leaseDriftPpm": 500 (only where leaders read by leases),
 *  "engine": "ratis" (only where another than the own Raft keeps the log),
 *  "nodes": [{"id": 1, "host": "127.71.9.1", "port": 7600}, ...]}
 * </pre>
 */
final class ConfigJson {
  static final int FORMAT = 1;
  private static final int MILLION = 1_000_000;
  private static final JsonFactory JSON = new JsonFactory();

  /** What a file says; {@code node} and {@code isJoining} are in node.json only. */
  record Parsed(ClusterConfig config, Optional<NodeId> node, boolean isJoining) {}

  /** Whose node.json is written. */
  record Owner(NodeId node, boolean isJoining) {}

  private int format;
  private String cluster = "";
  private boolean local;
  private Optional<Ratio> leaseDrift = Optional.empty();
  private String engine = ClusterConfig.OWN_ENGINE;
  private int node;
  private boolean isJoining;
  private final List<ClusterConfig.Member> members = new ArrayList<>();

  private ConfigJson() {}

  static byte[] write(ClusterConfig config, Optional<Owner> owner) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
      out.writeStartObject();
      out.writeNumberField("format", FORMAT);
      out.writeStringField("cluster", config.clusterId().toString());
      out.writeBooleanField("local", config.local());
      if (config.leaseDrift().isPresent()) {
        out.writeNumberField("leaseDriftPpm", config.leaseDrift().get().numerator());
      }
      if (!config.engine().equals(ClusterConfig.OWN_ENGINE)) {
        out.writeStringField("engine", config.engine());
      }
      if (owner.isPresent()) {
        out.writeNumberField("node", owner.get().node().value());
      }
      if (owner.isPresent() && owner.get().isJoining()) {
        out.writeBooleanField("joining", true);
      }
      out.writeArrayFieldStart("nodes");
      for (ClusterConfig.Member member : config.members()) {
        out.writeStartObject();
        out.writeNumberField("id", member.id().value());
        out.writeStringField("host", member.host());
        out.writeNumberField("port", member.port());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static Parsed read(Path file) throws FolderException {
    try (JsonParser in = JSON.createParser(Files.readAllBytes(file))) {
      return new ConfigJson().parse(in, file);
    } catch (NoSuchFileException e) {
      throw new FolderException(Kind.MISSING, "no " + file + ": not a Volvox folder", e);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new FolderException(Kind.DAMAGED, file + " is damaged: " + why, e);
    } catch (IOException e) {
      throw new FolderException(Kind.FAILED, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private Parsed parse(JsonParser in, Path file) throws IOException, FolderException {
    require(in.nextToken() == JsonToken.START_OBJECT, "no object");
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      switch (name) {
        case "format" -> format = in.getIntValue();
        case "cluster" -> cluster = in.getText();
        case "local" -> local = in.getBooleanValue();
        case "leaseDriftPpm" -> leaseDrift = Optional.of(new Ratio(in.getIntValue(), MILLION));
        case "engine" -> engine = in.getText();
        case "node" -> node = in.getIntValue();
        case "joining" -> isJoining = in.getBooleanValue();
        case "nodes" -> parseMembers(in);
        default -> in.skipChildren();
      }
    }
    if (format > FORMAT) {
      throw newer(file, format);
    }
    require(format == FORMAT, "no format number");
    ClusterConfig config =
        new ClusterConfig(ClusterId.parse(cluster), local, leaseDrift, engine, members);
    return new Parsed(
        config, node == 0 ? Optional.empty() : Optional.of(new NodeId(node)), isJoining);
  }

  private void parseMembers(JsonParser in) throws IOException {
    require(in.currentToken() == JsonToken.START_ARRAY, "nodes is not a list");
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
      require(!host.isEmpty() && port > 0 && port < 65_536, "a node without an address");
      members.add(new ClusterConfig.Member(new NodeId(id), host, port));
    }
  }

  static FolderException newer(Path file, int format) {
    return new FolderException(
        Kind.NEWER_VERSION,
        file
            + " has format "
            + format
            + ", this Volvox reads "
            + FORMAT
            + ": use the newer Volvox that wrote it; nothing was changed");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }
}
