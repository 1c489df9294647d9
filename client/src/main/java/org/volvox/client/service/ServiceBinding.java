package org.volvox.client.service;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.volvox.base.InstanceId;
import org.volvox.base.syscall.ServiceName;

/** An object of this program under a name, and the look at its health. */
final class ServiceBinding implements Binding {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private static final Duration UNBIND_MAX = Duration.ofSeconds(2);

  private final ServiceName name;
  private final InstanceId instance;
  private final Directory directory;
  private final ServiceHost host;
  private final CountDownLatch closed = new CountDownLatch(1);

  ServiceBinding(ServiceName name, InstanceId instance, Directory directory, ServiceHost host) {
    this.name = name;
    this.instance = instance;
    this.directory = directory;
    this.host = host;
  }

  @Override
  public ServiceName name() {
    return name;
  }

  @Override
  public InstanceId instance() {
    return instance;
  }

  /** Asks the object now and then, and tells the cluster when its answer changes. */
  void watchHealth(HealthChecked checked) {
    Thread.ofVirtual()
        .name("health of " + name.shortForm())
        .start(() -> {
          Optional<String> told = Optional.empty();
          try {
            while (!closed.await(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
              Optional<String> wrong = look(checked);
              if (!wrong.equals(told) && tell(wrong)) {
                told = wrong;
              }
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** What is wrong, or empty. */
  private static Optional<String> look(HealthChecked checked) throws InterruptedException {
    CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
    Thread looking =
        Thread.ofVirtual()
            .name("health")
            .start(() -> {
              try {
                checked.checkHealth();
                answer.complete(Optional.empty());
              } catch (Exception | StackOverflowError e) {
                answer.complete(Optional.of(String.valueOf(e.getMessage())));
              }
            });
    try {
      return answer.get(ANSWER_MAX.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      looking.interrupt();
      return Optional.of("its health check takes longer than " + ANSWER_MAX.toSeconds() + " s");
    } catch (ExecutionException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private boolean tell(Optional<String> wrong) throws InterruptedException {
    try {
      directory.health(instance, wrong.isEmpty(), wrong.orElse(""));
      return true;
    } catch (IOException e) {
      return false; // The next look tells it.
    }
  }

  @Override
  public void close() {
    closed.countDown();
    host.remove(instance);
    Thread unbinding = Thread.ofVirtual().name("unbind").start(this::unbind);
    try {
      boolean ignored = unbinding.join(UNBIND_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A cluster that does not answer keeps nobody: calls are refused already. */
  private void unbind() {
    try {
      directory.unbind(instance);
    } catch (IOException e) {
      return; // Its row goes with the lease.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
