package org.volvox.client.service;

import org.volvox.base.Api;
import org.volvox.base.InstanceId;
import org.volvox.base.syscall.ServiceName;

/** An object that is bound to a name; closing it takes the name away and ends its calls. */
@Api
public interface Binding extends AutoCloseable {
  ServiceName name();

  /** What tells it from other objects of the same name. */
  InstanceId instance();

  /** Unbinds; calls that run go on, and callers that come too late go to other instances. */
  @Override
  void close();
}
