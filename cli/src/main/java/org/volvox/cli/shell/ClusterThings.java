package org.volvox.cli.shell;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.base.syscall.ServiceName;
import org.volvox.client.ClientOptions;
import org.volvox.client.ClusterAddress;
import org.volvox.client.Volvox;

/** Those of a real cluster, by a connection of its own that is made at the first question. */
public final class ClusterThings implements Things, AutoCloseable {
  /** A person waits for a completion; what is not known by then is not offered. */
  private static final Duration WITHIN = Duration.ofMillis(800);

  /** More is no help on a screen. */
  private static final int NAMES_MAX = 1000;

  private final Place place;
  private Optional<Volvox> open = Optional.empty();

  /** Where the cluster is; asked each time until a connection is made. */
  public interface Place {
    ClusterAddress address() throws IOException;
  }

  public ClusterThings(Place place) {
    this.place = place;
  }

  /** A question to the cluster. */
  private interface Question {
    List<String> ask(Volvox volvox) throws IOException, InterruptedException;
  }

  private synchronized List<String> ask(Question question) {
    try {
      if (open.isEmpty()) {
        ClientOptions usual = ClientOptions.DEFAULT;
        open =
            Optional.of(
                Volvox.connect(
                    place.address(),
                    new ClientOptions(
                        Optional.empty(),
                        WITHIN,
                        Optional.empty(),
                        "volvox shell",
                        usual.staleReads())));
      }
      return question.ask(open.get());
    } catch (IOException e) {
      return List.of(); // A completion is a help, and no place for errors.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public List<String> nodes() {
    return ask(volvox -> volvox.cluster().ids().stream().map(NodeId::toString).toList());
  }

  @Override
  public List<String> pids() {
    return ask(volvox -> {
      List<String> pids = new ArrayList<>();
      volvox
          .processes()
          .list(row -> {
            if (!row.state().isFinal() && pids.size() < NAMES_MAX) {
              pids.add(row.pid().toString());
            }
          });
      return pids;
    });
  }

  @Override
  public List<String> services() {
    return ask(volvox ->
        volvox.services().list(ServiceName.ROOT).stream()
            .map(row -> row.name().toString())
            .distinct()
            .limit(NAMES_MAX)
            .toList());
  }

  @Override
  public List<String> names(String directory) {
    return ask(volvox -> {
      List<String> names = new ArrayList<>();
      volvox
          .files()
          .list(
              directory,
              entry -> {
                if (names.size() < NAMES_MAX) {
                  names.add(entry.name() + (entry.stat().isDirectory() ? "/" : ""));
                }
              });
      return names;
    });
  }

  @Override
  public synchronized void close() {
    open.ifPresent(Volvox::close);
  }
}
