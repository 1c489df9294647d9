package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MalformedException;

/**
 * Calls about services, 0x05xx: where the instances of each listen. A row belongs to the session of
 * the command that bound it; no other session may change it.
 */
public sealed interface ServiceCall extends Call {
  int RANGE = 0x05;

  /**
   * Enters an instance, healthy. Again by the same session it replaces interface, digest, endpoints
   * and place; by another session it is refused as EXISTS. Answer: {@link ServiceRow}.
   *
   * @param where the program, for people: such as "pid 4711 on n2"
   */
  record Bind(
      ServiceName name,
      InstanceId instance,
      String interfaceName,
      long schemaDigest,
      List<String> endpoints,
      String where)
      implements ServiceCall {
    public static final int TYPE = 0x0501;

    public Bind {
      endpoints = List.copyOf(endpoints);
    }

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().text(name.path());
      instance.encode(out);
      out.text(interfaceName).u64(schemaDigest);
      Wire.texts(out, endpoints);
      return out.text(where).toBytes();
    }
  }

  /** Removes an instance; NOT_FOUND if there is none. */
  record Unbind(InstanceId instance) implements ServiceCall {
    public static final int TYPE = 0x0502;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin();
      instance.encode(out);
      return out.toBytes();
    }
  }

  /** Whether an instance is fit for calls, and why not; NOT_FOUND if there is none. */
  record Health(InstanceId instance, boolean healthy, String text) implements ServiceCall {
    public static final int TYPE = 0x0503;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin();
      instance.encode(out);
      return out.bool(healthy).text(text).toBytes();
    }
  }

  static ServiceCall decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "service call",
        in ->
            switch (type) {
              case Bind.TYPE ->
                  new Bind(
                      Wire.serviceName(in),
                      InstanceId.decode(in),
                      in.text(),
                      in.u64(),
                      Wire.texts(in),
                      in.text());
              case Unbind.TYPE -> new Unbind(InstanceId.decode(in));
              case Health.TYPE -> new Health(InstanceId.decode(in), in.bool(), in.text());
              default -> throw Wire.unknown("service call", type);
            });
  }
}
