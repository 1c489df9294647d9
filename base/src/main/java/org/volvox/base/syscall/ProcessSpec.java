package org.volvox.base.syscall;

import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.MalformedException;
import org.volvox.base.NodeId;

/**
 * What to run. {@code args} has the program first. {@code env} holds {@code NAME=value} texts,
 * added to the bare environment. {@code stdinPath} names a file of the cluster; without one,
 * standard input is what is attached. {@code on} demands a node; {@code near} lists nodes that hold
 * the blocks it will read, most blocks first, which the scheduler prefers.
 */
public record ProcessSpec(
    List<String> args,
    List<String> env,
    Optional<String> stdinPath,
    Optional<NodeId> on,
    List<NodeId> near) {
  public ProcessSpec {
    args = List.copyOf(args);
    env = List.copyOf(env);
    near = List.copyOf(near);
  }

  public static ProcessSpec of(String... args) {
    return new ProcessSpec(List.of(args), List.of(), Optional.empty(), Optional.empty(), List.of());
  }

  void write(ByteWriter out) {
    Wire.texts(out, args);
    Wire.texts(out, env);
    Wire.optional(out, stdinPath, ByteWriter::text);
    Wire.optional(out, on, (to, node) -> to.u16(node.value()));
    Wire.nodes(out, near);
  }

  static ProcessSpec read(ByteReader in) throws MalformedException {
    return new ProcessSpec(
        Wire.texts(in),
        Wire.texts(in),
        Wire.optional(in, ByteReader::text),
        Wire.optional(in, Wire::node),
        Wire.nodes(in));
  }
}
