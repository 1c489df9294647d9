package org.volvox.client;

import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.message.ServiceMessage;
import org.volvox.client.service.Directory;

/**
 * Tells one listener what changes in a view, by comparing what it was told with what there is: so a
 * slow one holds up nobody, misses no state that lasts, and hears of nothing twice.
 */
final class ToldChanges implements Directory.Watch {
  private static final Logger LOG = LoggerFactory.getLogger(ToldChanges.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ServiceView view;
  private final String prefix;
  private final Consumer<Directory.Change> onChange;
  private final TreeMap<ServiceRow.Key, ServiceRow> told = new TreeMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  ToldChanges(ServiceView view, String prefix, Consumer<Directory.Change> onChange) {
    this.view = view;
    this.prefix = prefix;
    this.onChange = onChange;
    thread = Thread.ofVirtual().name("watch of " + prefix).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      long version = ServiceMessage.NOTHING_SEEN;
      boolean isComplete = false;
      while (closing.getCount() > 0 && !view.isClosed()) {
        ServiceView.State state = view.awaitOther(version, LOOK);
        if (state.version() != version) {
          version = state.version();
          tell(state);
          if (!isComplete) {
            isComplete = true;
            onChange.accept(new Directory.Change.Complete());
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("who watches {} failed, and hears no more: {}", prefix, e.toString());
    }
  }

  private void tell(ServiceView.State state) {
    TreeMap<ServiceRow.Key, ServiceRow> gone = new TreeMap<>(told);
    for (ServiceRow row : state.startingWith(prefix)) {
      gone.remove(row.key());
      ServiceRow before = told.put(row.key(), row);
      if (before == null) {
        onChange.accept(new Directory.Change.Added(row));
      } else if (!before.equals(row)) {
        onChange.accept(new Directory.Change.Updated(row));
      }
    }
    gone.values()
        .forEach(row -> {
          told.remove(row.key());
          onChange.accept(new Directory.Change.Removed(row));
        });
  }

  @Override
  public Duration age() {
    return view.age();
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
  }
}
