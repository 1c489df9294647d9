package org.volvox.node.event;

import org.volvox.base.SessionId;
import org.volvox.base.event.About;
import org.volvox.base.syscall.ProcessRow;

/** What the events of a process are about: itself, and the session that asked for it. */
public final class ProcessEvents {
  private ProcessEvents() {}

  public static About about(ProcessRow row) {
    About about = About.pid(row.pid());
    return row.session().equals(SessionId.NONE) ? about : about.withTrace(row.session().toString());
  }
}
