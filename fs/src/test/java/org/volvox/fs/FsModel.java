package org.volvox.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.volvox.base.syscall.Status;

/**
 * A second file system, as dumb as can be: nodes in memory that know their parents and their names.
 * It is written from what POSIX says and shares nothing with the real one.
 */
final class FsModel {
  /** A file has contents, a directory children. */
  static final class Node {
    final TreeMap<String, Node> children = new TreeMap<>();
    final @Nullable String contents;
    @Nullable Node parent;

    Node(@Nullable String contents) {
      this.contents = contents;
    }

    boolean isDirectory() {
      return contents == null;
    }
  }

  /** Where a path leads: a directory and a name in it, or a node that the path names by dots. */
  private record Spot(Status status, Optional<Node> parent, String name, Optional<Node> node) {
    static Spot failed(Status status) {
      return new Spot(status, Optional.empty(), "", Optional.empty());
    }

    boolean isNamed() {
      return !name.isEmpty();
    }

    Node at() {
      return node.orElseThrow();
    }

    Node directory() {
      return parent.orElseThrow();
    }
  }

  final Node root = new Node(null);

  private Spot find(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    Node at = root;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean isLast = i == names.size() - 1;
      if (!at.isDirectory()) {
        return Spot.failed(Status.NOT_DIRECTORY);
      }
      if (name.equals("..")) {
        at = at.parent == null ? at : at.parent;
      } else if (!name.equals(".")) {
        Node child = at.children.get(name);
        if (isLast) {
          if (child != null && !child.isDirectory() && path.endsWith("/")) {
            return Spot.failed(Status.NOT_DIRECTORY);
          }
          return new Spot(Status.OK, Optional.of(at), name, Optional.ofNullable(child));
        }
        if (child == null) {
          return Spot.failed(Status.NOT_FOUND);
        }
        at = child;
      }
    }
    return new Spot(Status.OK, Optional.empty(), "", Optional.of(at));
  }

  Optional<Node> node(String path) {
    return find(path).node();
  }

  Status stat(String path) {
    Spot spot = find(path);
    if (spot.status() != Status.OK) {
      return spot.status();
    }
    return spot.node().isPresent() ? Status.OK : Status.NOT_FOUND;
  }

  Status mkdir(String path) {
    Spot spot = find(path);
    if (spot.status() != Status.OK) {
      return spot.status();
    }
    if (spot.node().isPresent()) {
      return Status.EXISTS;
    }
    add(spot.directory(), spot.name(), new Node(null));
    return Status.OK;
  }

  Status put(String path, String contents) {
    Spot spot = find(path);
    if (spot.status() != Status.OK) {
      return spot.status();
    }
    boolean isTaken = spot.node().isPresent() && spot.at().isDirectory();
    if (!spot.isNamed() || isTaken || path.endsWith("/")) {
      return Status.IS_DIRECTORY;
    }
    add(spot.directory(), spot.name(), new Node(contents));
    return Status.OK;
  }

  Status remove(String path, boolean recursive) {
    Spot spot = find(path);
    if (spot.status() != Status.OK) {
      return spot.status();
    }
    if (spot.node().isEmpty()) {
      return Status.NOT_FOUND;
    }
    if (!spot.isNamed()) {
      return Status.INVALID;
    }
    if (!recursive && !spot.at().children.isEmpty()) {
      return Status.NOT_EMPTY;
    }
    spot.directory().children.remove(spot.name());
    return Status.OK;
  }

  Status rename(String fromPath, String toPath) {
    Spot from = find(fromPath);
    if (from.status() != Status.OK) {
      return from.status();
    }
    Spot to = find(toPath);
    if (to.status() != Status.OK) {
      return to.status();
    }
    if (from.node().isEmpty()) {
      return Status.NOT_FOUND;
    }
    if (!from.isNamed() || !to.isNamed()) {
      return Status.INVALID;
    }
    if (to.node().isPresent() && to.at() == from.at()) {
      return Status.OK;
    }
    Status refusal = from.at().isDirectory() ? directoryOnto(from, to) : fileOnto(to, toPath);
    if (refusal == Status.OK) {
      from.directory().children.remove(from.name());
      add(to.directory(), to.name(), from.at());
    }
    return refusal;
  }

  private static Status directoryOnto(Spot from, Spot to) {
    for (Node at = to.directory(); at != null; at = at.parent) {
      if (at == from.at()) {
        return Status.LOOP;
      }
    }
    if (to.node().isEmpty()) {
      return Status.OK;
    }
    if (!to.at().isDirectory()) {
      return Status.NOT_DIRECTORY;
    }
    return to.at().children.isEmpty() ? Status.OK : Status.NOT_EMPTY;
  }

  private static Status fileOnto(Spot to, String path) {
    if (to.node().isPresent() && to.at().isDirectory()) {
      return Status.IS_DIRECTORY;
    }
    return path.endsWith("/") ? Status.NOT_DIRECTORY : Status.OK;
  }

  private static void add(Node directory, String name, Node child) {
    directory.children.put(name, child);
    child.parent = directory;
  }
}
