package org.volvox.node.engine;

import java.io.IOException;
import org.volvox.node.folder.FolderException;
import org.volvox.storage.StateStore;

/** A log's files, held by one start of the node; closed after all that uses them. */
public interface LogFiles extends AutoCloseable {
  /**
   * Makes log and state meet, after a crash in any step of what changes both; may ask the other
   * nodes for what is lost here, however long that takes.
   */
  void join(StateStore store) throws FolderException, IOException;

  /** The member that goes on from there; it takes part when it is started. */
  OpenLog open(LogParts parts) throws IOException;

  @Override
  void close() throws IOException;
}
