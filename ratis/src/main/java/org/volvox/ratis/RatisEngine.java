package org.volvox.ratis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import org.slf4j.LoggerFactory;
import org.volvox.node.engine.LogEngine;
import org.volvox.node.engine.LogFiles;
import org.volvox.node.folder.FolderException;

/** The engine {@code ratis}. */
public final class RatisEngine implements LogEngine {
  public static final String NAME = "ratis";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public LogFiles files(Ground ground) throws FolderException, IOException {
    // What it tells of each step, at level INFO, is of its own insides.
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
      logs.getLogger("org.apache.ratis").setLevel(Level.WARN);
    }
    return RatisFiles.open(ground.folder(), ground.bounds());
  }
}
