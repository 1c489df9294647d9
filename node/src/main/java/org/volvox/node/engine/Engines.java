package org.volvox.node.engine;

import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.volvox.node.folder.FolderException;

/** The engines that there are: the node's own, and what the class path offers as services. */
public final class Engines {
  private Engines() {}

  /** Their names, in order. */
  public static List<String> names() {
    return List.copyOf(all().keySet());
  }

  /** The engine of this name; fails with the names of those that there are. */
  public static LogEngine of(String name) throws FolderException {
    if (name.equals(RaftEngine.NAME)) {
      return new RaftEngine(); // Nothing else is looked at for it.
    }
    LogEngine found = all().get(name);
    if (found == null) {
      throw new FolderException(
          FolderException.Kind.FAILED,
          "the cluster's log is kept by the engine "
              + name
              + ", which this program does not have; it has "
              + String.join(", ", names()));
    }
    return found;
  }

  private static SortedMap<String, LogEngine> all() {
    SortedMap<String, LogEngine> all = new TreeMap<>();
    LogEngine own = new RaftEngine();
    all.put(own.name(), own);
    for (LogEngine other : ServiceLoader.load(LogEngine.class)) {
      all.put(other.name(), other);
    }
    return all;
  }
}
