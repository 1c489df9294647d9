package org.volvox.client.service;

import org.volvox.base.Api;

/**
 * An implementation that knows whether it is fit for calls. It is asked each second; while it says
 * no, or does not answer within five seconds, callers go to other instances.
 */
@Api
public interface HealthChecked {
  /**
   * Returns if all is well.
   *
   * @throws Exception if calls had better go elsewhere; its message is shown in listings
   */
  void checkHealth() throws Exception;
}
