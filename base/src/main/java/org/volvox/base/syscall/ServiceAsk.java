package org.volvox.base.syscall;

import java.util.Optional;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** Questions about services, 0x058x. */
public sealed interface ServiceAsk extends Ask {

  /** All instances of one name. Answer: {@link ServicePage}, which may be empty. */
  record Of(ServiceName name) implements ServiceAsk {
    public static final int TYPE = 0x0581;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      return Wire.begin().text(name.path()).toBytes();
    }
  }

  /**
   * Rows whose path begins with {@code prefix} (empty: all), behind {@code after} (empty: from the
   * start). A limit above {@link ServiceLimits#PAGE_MAX} is cut to it. Answer: {@link ServicePage}.
   */
  record All(String prefix, Optional<ServiceRow.Key> after, int limit) implements ServiceAsk {
    public static final int TYPE = 0x0582;

    @Override
    public int type() {
      return TYPE;
    }

    @Override
    public Bytes body() {
      ByteWriter out = Wire.begin().text(prefix);
      Wire.optional(out, after, (to, key) -> key.write(to));
      return out.u32(limit).toBytes();
    }
  }

  static ServiceAsk decode(int type, Bytes body) throws MalformedException {
    return Wire.decode(
        body,
        "service question",
        in ->
            switch (type) {
              case Of.TYPE -> new Of(Wire.serviceName(in));
              case All.TYPE ->
                  new All(in.text(), Wire.optional(in, ServiceRow.Key::read), in.u32());
              default -> throw Wire.unknown("service question", type);
            });
  }
}
