package org.volvox.client.service;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.volvox.base.Api;
import org.volvox.base.InstanceId;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;

/**
 * The cluster's services by name, and this program's own among them. What it binds is there until
 * it is unbound, the directory is closed, or the program or its machine dies, which the cluster
 * notices within seconds. Thread-safe.
 */
@Api
public interface Directory extends AutoCloseable {

  /**
   * Enters an instance, or replaces what this directory has entered for that instance. It stays
   * entered also if the cluster took this program for dead for a while.
   */
  void bind(ServiceCall.Bind row) throws IOException, InterruptedException;

  /** Removes an instance that this directory bound; of another one it does nothing. */
  void unbind(InstanceId instance) throws IOException, InterruptedException;

  /** Says whether an instance that this directory bound is fit for calls, and why not. */
  void health(InstanceId instance, boolean healthy, String text)
      throws IOException, InterruptedException;

  /** The instances of a name as last heard, which may be a moment ago. */
  List<ServiceRow> instances(ServiceName name) throws IOException, InterruptedException;

  /** The same, or a failure, in no more time than this, where that can be kept. */
  default List<ServiceRow> instances(ServiceName name, Duration within)
      throws IOException, InterruptedException {
    return instances(name);
  }

  /** The instances of a name, asked anew: after all changes that were done before. */
  List<ServiceRow> fresh(ServiceName name) throws IOException, InterruptedException;

  /** The same, or a failure, in no more time than this, where that can be kept. */
  default List<ServiceRow> fresh(ServiceName name, Duration within)
      throws IOException, InterruptedException {
    return fresh(name);
  }

  /** All rows whose paths begin with {@code prefix}, in order. */
  List<ServiceRow> all(String prefix) throws IOException, InterruptedException;

  /**
   * Tells first all rows whose paths begin with {@code prefix} as added, then each change, one
   * after the other in the cluster's order; it goes on by itself when nodes die. Several changes of
   * one row may be told as one, and a row that comes and goes at once not at all. {@code onChange}
   * is called by a thread of the watch and must not wait long.
   */
  Watch watch(String prefix, Consumer<Change> onChange) throws IOException, InterruptedException;

  @Override
  void close();

  /** A change of a watched part of the directory. */
  @Api
  sealed interface Change {
    /** A row that the watch had not told of. */
    record Added(ServiceRow row) implements Change {}

    /** A row that has other contents now. */
    record Updated(ServiceRow row) implements Change {}

    /** A row that is gone, as it last was: unbound, or its program is gone. */
    record Removed(ServiceRow row) implements Change {}

    /** All that there was at first has been told; once, before all other changes. */
    record Complete() implements Change {}
  }

  /** A watch that runs until it is closed. */
  @Api
  interface Watch extends AutoCloseable {
    /** How long ago what was told was surely all that there was to tell at the node watched. */
    Duration age();

    @Override
    void close();
  }
}
