package org.volvox.verify.process;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.volvox.base.InstanceId;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceName;
import org.volvox.client.Volvox;
import org.volvox.client.service.Directory;

/** A program that binds an instance of a service and stays until it is killed. */
public final class ServiceHolder {
  private ServiceHolder() {}

  /** Arguments: the cluster's folder, a name, an instance. */
  public static void main(String[] arguments) throws Exception {
    try (Volvox volvox = Volvox.connect(Path.of(arguments[0]));
        Directory directory = volvox.services().directory()) {
      directory.bind(
          new ServiceCall.Bind(
              ServiceName.of(arguments[1]),
              InstanceId.parse(arguments[2]),
              "Calc",
              5,
              List.of("tls:localhost:1"),
              "pid " + ProcessHandle.current().pid()));
      new CountDownLatch(1).await();
    }
  }
}
