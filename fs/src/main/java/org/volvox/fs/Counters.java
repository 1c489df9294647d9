package org.volvox.fs;

import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.base.OrderedStore;

/** The next free numbers; none is ever given out twice. Each taker stores the successor. */
record Counters(long inode, long block, long queued, long death) {
  private static final Bytes KEY = FsKeys.table('c');
  private static final Counters FIRST = new Counters(Inode.ROOT + 1, 0, 0, 1);

  static Counters of(OrderedStore.Reader state) {
    return Rows.find(KEY, state, Counters::read).orElse(FIRST);
  }

  static long takeInode(OrderedStore.Batch batch) {
    Counters now = of(batch);
    new Counters(now.inode + 1, now.block, now.queued, now.death).store(batch);
    return now.inode;
  }

  static long takeBlocks(int count, OrderedStore.Batch batch) {
    Counters now = of(batch);
    new Counters(now.inode, now.block + count, now.queued, now.death).store(batch);
    return now.block;
  }

  static long takeQueued(OrderedStore.Batch batch) {
    Counters now = of(batch);
    new Counters(now.inode, now.block, now.queued + 1, now.death).store(batch);
    return now.queued;
  }

  static long takeDeath(OrderedStore.Batch batch) {
    Counters now = of(batch);
    new Counters(now.inode, now.block, now.queued, now.death + 1).store(batch);
    return now.death;
  }

  private void store(OrderedStore.Batch batch) {
    batch.put(KEY, Rows.begin().u64(inode).u64(block).u64(queued).u64(death).toBytes());
  }

  private static Counters read(ByteReader in) throws MalformedException {
    return new Counters(in.u64(), in.u64(), in.u64(), in.u64());
  }
}
