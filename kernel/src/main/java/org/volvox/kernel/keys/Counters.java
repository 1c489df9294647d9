package org.volvox.kernel.keys;

import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.Invariant;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;

/** How many spaces there are, and leases with those of removed spaces not yet tidied away. */
record Counters(int spaces, int leases) {
  private static final int VERSION = 1;
  private static final Bytes KEY = SpaceKeys.table('c');

  static Counters of(OrderedStore.Reader state) {
    return state.get(KEY).map(Counters::decode).orElse(new Counters(0, 0));
  }

  static void add(int spacesMore, int leasesMore, OrderedStore.Batch batch) {
    Counters now = of(batch);
    Counters next = new Counters(now.spaces() + spacesMore, now.leases() + leasesMore);
    batch.put(KEY, new ByteWriter(9).u8(VERSION).u32(next.spaces()).u32(next.leases()).toBytes());
  }

  private static Counters decode(Bytes bytes) {
    try {
      ByteReader in = new ByteReader(bytes);
      Invariant.check(in.u8() == VERSION, "counters of spaces that this does not know");
      return new Counters(in.u32(), in.u32());
    } catch (MalformedException e) {
      throw Invariant.broken("counters of spaces: " + e.getMessage());
    }
  }
}
