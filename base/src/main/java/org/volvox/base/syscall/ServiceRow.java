package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.Api;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;
import org.volvox.base.SessionId;

/**
 * An instance of a service as the table has it; it goes with its session.
 *
 * @param principal whose session it is
 * @param type the interface's name
 * @param schemaDigest tells whether a schema that a caller has is this instance's
 * @param endpoints where it listens: {@code tls:HOST:PORT} or {@code unix:/path}
 * @param healthText why it is not healthy, or empty
 * @param sinceMillis when it was bound, by the state's wall time
 * @param where the program, for people: such as "pid 4711 on n2"
 */
@Api
public record ServiceRow(
    ServiceName name,
    InstanceId instance,
    SessionId session,
    String principal,
    String type,
    long schemaDigest,
    List<String> endpoints,
    boolean healthy,
    String healthText,
    long sinceMillis,
    String where) {
  /** An encoded row has no fewer bytes. */
  public static final int ENCODED_BYTES_MIN = 76;

  public ServiceRow {
    endpoints = List.copyOf(endpoints);
  }

  /** What names a row, in the order of rows: by name, then by instance. */
  public record Key(ServiceName name, InstanceId instance) implements Comparable<Key> {
    public void write(ByteWriter out) {
      out.text(name.path());
      instance.encode(out);
    }

    public static Key read(ByteReader in) throws MalformedException {
      return new Key(Wire.serviceName(in), InstanceId.decode(in));
    }

    @Override
    public int compareTo(Key other) {
      int order = name.compareTo(other.name);
      return order != 0 ? order : instance.compareTo(other.instance);
    }
  }

  public Key key() {
    return new Key(name, instance);
  }

  public ServiceRow withHealth(boolean isHealthy, String text) {
    return new ServiceRow(
        name,
        instance,
        session,
        principal,
        type,
        schemaDigest,
        endpoints,
        isHealthy,
        text,
        sinceMillis,
        where);
  }

  /** Appends it without a version, for messages that have rows in them. */
  public void write(ByteWriter out) {
    out.text(name.path());
    instance.encode(out);
    out.u64(session.value()).text(principal).text(type).u64(schemaDigest);
    Wire.texts(out, endpoints);
    out.bool(healthy).text(healthText).u64(sinceMillis).text(where);
  }

  public static ServiceRow read(ByteReader in) throws MalformedException {
    return new ServiceRow(
        Wire.serviceName(in),
        InstanceId.decode(in),
        Wire.session(in),
        in.text(),
        in.text(),
        in.u64(),
        Wire.texts(in),
        in.bool(),
        in.text(),
        in.u64(),
        in.text());
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    write(out);
    return out.toBytes();
  }

  public static ServiceRow decode(Bytes bytes) throws MalformedException {
    return Wire.decode(bytes, "service row", ServiceRow::read);
  }
}
