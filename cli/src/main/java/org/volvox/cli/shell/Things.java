package org.volvox.cli.shell;

import java.util.List;

/**
 * What there is in a cluster that a word of a command may name. None is given when nobody answers.
 */
public interface Things {
  /** Names of nodes, as n1. */
  List<String> nodes();

  /** Programs that run, by pid. */
  List<String> pids();

  /** Names under which programs offer services. */
  List<String> services();

  /** Names in a directory of the tree; those of directories end with a slash. */
  List<String> names(String directory);
}
