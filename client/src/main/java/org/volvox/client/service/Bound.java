package org.volvox.client.service;

import java.util.concurrent.ThreadFactory;
import org.volvox.base.InstanceId;
import org.volvox.base.syscall.ServiceName;
import org.volvox.rpc.marshal.InterfaceCodec;

/**
 * An object that serves under a name.
 *
 * @param threads on which its calls run, one for each
 */
record Bound(
    ServiceName name,
    InstanceId instance,
    InterfaceCodec codec,
    Object target,
    ThreadFactory threads) {
  Bound(ServiceName name, InstanceId instance, InterfaceCodec codec, Object target) {
    this(name, instance, codec, target, Thread.ofVirtual().name(name.shortForm()).factory());
  }
}
