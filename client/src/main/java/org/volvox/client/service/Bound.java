package org.volvox.client.service;

import org.volvox.base.InstanceId;
import org.volvox.base.syscall.ServiceName;
import org.volvox.rpc.marshal.InterfaceCodec;

/** An object that serves under a name. */
record Bound(ServiceName name, InstanceId instance, InterfaceCodec codec, Object target) {}
