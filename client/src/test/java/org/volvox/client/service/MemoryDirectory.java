package org.volvox.client.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.volvox.base.InstanceId;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.ServiceCall;
import org.volvox.base.syscall.ServiceName;
import org.volvox.base.syscall.ServiceRow;

/** A directory that all programs of a test share. */
final class MemoryDirectory implements Directory {
  private final List<ServiceRow> rows = new ArrayList<>();
  private final String principal;

  /** What callers are told of where a program listens. */
  private UnaryOperator<List<String>> shown = UnaryOperator.identity();

  MemoryDirectory(String principal) {
    this.principal = principal;
  }

  synchronized void show(UnaryOperator<List<String>> endpoints) {
    shown = endpoints;
  }

  @Override
  public synchronized void bind(ServiceCall.Bind row) {
    rows.add(
        new ServiceRow(
            row.name(),
            row.instance(),
            SessionId.NONE,
            principal,
            row.interfaceName(),
            row.schemaDigest(),
            shown.apply(row.endpoints()),
            true,
            "",
            0,
            row.where()));
  }

  @Override
  public synchronized void unbind(InstanceId instance) {
    rows.removeIf(row -> row.instance().equals(instance));
  }

  @Override
  public synchronized void health(InstanceId instance, boolean healthy, String text) {
    rows.replaceAll(row -> row.instance().equals(instance) ? row.withHealth(healthy, text) : row);
  }

  @Override
  public synchronized List<ServiceRow> instances(ServiceName name) {
    return rows.stream().filter(row -> row.name().equals(name)).toList();
  }

  @Override
  public List<ServiceRow> fresh(ServiceName name) {
    return instances(name);
  }

  @Override
  public synchronized List<ServiceRow> all(String prefix) {
    return rows.stream().filter(row -> row.name().path().startsWith(prefix)).toList();
  }

  @Override
  public Watch watch(String prefix, Consumer<Change> onChange) {
    all(prefix).forEach(row -> onChange.accept(new Change.Added(row)));
    return new Watch() {
      @Override
      public Duration age() {
        return Duration.ZERO;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}
}
