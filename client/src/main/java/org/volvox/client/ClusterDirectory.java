package org.volvox.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.base.syscall.ServiceAsk;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceLimits;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServicePage;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.calls.message.ServiceMessage;
import org.volvox.client.service.Directory;

/**
 * The directory that the cluster keeps. It has a session of its own with a short life, begun by the
 * first that is bound, and follows the cluster's rows from the first question on. Close it before
 * the client that it was made of.
 */
final class ClusterDirectory implements Directory {
  /** How long the first question waits for the rows to be followed before it asks for itself. */
  private static final Duration FIRST_WITHIN = Duration.ofSeconds(2);

  private final ServiceLink link;
  private final Lease lease;
  private Optional<ServiceView> view = Optional.empty();
  private boolean isClosed;

  /** What was looked up in a state. */
  private record Found(ServiceView.State state, Map<ServiceName, List<ServiceRow>> rows) {}

  private volatile Found found = new Found(ServiceView.State.NONE, Map.of());

  /** Connects to nothing yet. */
  ClusterDirectory(ServiceLink link) {
    this.link = link;
    this.lease = new Lease(link, Lease.Times.USUAL);
  }

  @Override
  public void bind(ServiceCall.Bind row) throws VolvoxException, InterruptedException {
    lease.bind(row);
  }

  @Override
  public void unbind(InstanceId instance) throws VolvoxException, InterruptedException {
    lease.unbind(instance);
  }

  @Override
  public void health(InstanceId instance, boolean healthy, String text)
      throws VolvoxException, InterruptedException {
    lease.health(instance, healthy, presentable(text));
  }

  /** What the cluster takes: no control characters, and not too long. */
  private static String presentable(String text) {
    StringBuilder out = new StringBuilder();
    int bytes = 0;
    for (int point : text.codePoints().toArray()) {
      String each = Character.isISOControl(point) ? " " : Character.toString(point);
      bytes += each.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > ServiceLimits.TEXT_BYTES_MAX) {
        return out.toString();
      }
      out.append(each);
    }
    return out.toString();
  }

  @Override
  public List<ServiceRow> instances(ServiceName name) throws VolvoxException, InterruptedException {
    return instances(name, link.timeout());
  }

  @Override
  public List<ServiceRow> instances(ServiceName name, Duration within)
      throws VolvoxException, InterruptedException {
    long begun = System.nanoTime();
    // Whoever has little time asks for itself while some of it is left.
    Duration half = within.dividedBy(2);
    Duration first = half.compareTo(FIRST_WITHIN) < 0 ? half : FIRST_WITHIN;
    ServiceView.State state = view().awaitOther(ServiceMessage.NOTHING_SEEN, first);
    return state.isThere()
        ? rows(state, name)
        : fresh(name, within.minusNanos(System.nanoTime() - begun));
  }

  private List<ServiceRow> rows(ServiceView.State state, ServiceName name) {
    Found last = found;
    if (last.state.updates() != state.updates()) {
      last = new Found(state, new ConcurrentHashMap<>());
      found = last;
    }
    List<ServiceRow> known = last.rows.get(name);
    return known == null ? last.rows.computeIfAbsent(name, state::of) : known;
  }

  @Override
  public List<ServiceRow> fresh(ServiceName name) throws VolvoxException, InterruptedException {
    return fresh(name, link.timeout());
  }

  @Override
  public List<ServiceRow> fresh(ServiceName name, Duration within)
      throws VolvoxException, InterruptedException {
    return page(link.query(new ServiceAsk.Of(name), within)).rows();
  }

  @Override
  public List<ServiceRow> all(String prefix) throws VolvoxException, InterruptedException {
    List<ServiceRow> rows = new ArrayList<>();
    Optional<ServiceRow.Key> after = Optional.empty();
    boolean more = true;
    while (more) {
      ServicePage page =
          page(link.query(new ServiceAsk.All(prefix, after, ServiceLimits.PAGE_MAX)));
      rows.addAll(page.rows());
      more = page.more() && !page.rows().isEmpty();
      after = rows.isEmpty() ? after : Optional.of(rows.getLast().key());
    }
    return rows;
  }

  private static ServicePage page(Bytes body) throws VolvoxException {
    try {
      return ServicePage.decode(body);
    } catch (MalformedException e) {
      throw Requests.malformed("the list of services cannot be read", e);
    }
  }

  @Override
  public Watch watch(String prefix, Consumer<Change> onChange) throws VolvoxException {
    ToldChanges watch = new ToldChanges(view(), prefix, onChange);
    watch.start();
    return watch;
  }

  private synchronized ServiceView view() throws VolvoxException {
    if (isClosed) {
      throw VolvoxException.of(VolvoxException.Kind.FAILED, "the directory is closed", "");
    }
    if (view.isEmpty()) {
      view = Optional.of(new ServiceView(link));
    }
    return view.get();
  }

  /** Ends what is bound at once, and all watches. */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      view.ifPresent(ServiceView::close);
    }
    lease.close();
  }
}
