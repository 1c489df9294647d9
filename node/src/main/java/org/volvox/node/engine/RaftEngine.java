package org.volvox.node.engine;

import java.io.IOException;
import org.volvox.node.folder.FolderException;

/** The node's own Raft: {@code consensus.raft} over {@code consensus.log}. */
public final class RaftEngine implements LogEngine {
  public static final String NAME = "raft";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public LogFiles files(Ground ground) throws FolderException, IOException {
    return RaftFiles.open(ground.folder(), ground.bounds(), new LogMender(ground));
  }
}
