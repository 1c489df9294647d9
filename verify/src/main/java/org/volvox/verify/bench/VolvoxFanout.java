package org.volvox.verify.bench;

import java.io.IOException;
import java.util.function.LongConsumer;
import org.volvox.base.Bytes;
import org.volvox.base.syscall.KeyEvent;
import org.volvox.base.syscall.KeyRange;
import org.volvox.base.syscall.KeyRow;
import org.volvox.client.VolvoxException;
import org.volvox.client.keys.ConsistentSpace;
import org.volvox.client.keys.KeyWatch;

/** A key of a consistent space; each watcher takes on a virtual thread of its own. */
final class VolvoxFanout implements FanoutSide {
  private static final Bytes KEY = Bytes.utf8("watched");

  private final KeysSystem system;
  private final ConsistentSpace space;
  private final Bytes value;

  VolvoxFanout(KeysSystem system, byte[] value) throws IOException, InterruptedException {
    this.system = system;
    this.space = system.space(0);
    this.value = Bytes.wrap(value);
  }

  @Override
  public String name() {
    return system.name();
  }

  @Override
  public void put() throws IOException, InterruptedException {
    var _ = space.put(KEY, value);
  }

  @Override
  public Start start() throws IOException, InterruptedException {
    put();
    KeyRow row = space.get(KEY).orElseThrow(() -> new IOException("what was put is not there"));
    return new Start(row.changed(), row.version());
  }

  @Override
  public Runnable watch(int number, long from, LongConsumer heard)
      throws IOException, InterruptedException {
    KeyWatch watch = system.space(number).watch(KeyRange.one(KEY), from, false);
    Thread.startVirtualThread(() -> follow(watch, heard));
    return watch::close;
  }

  /** Until it is closed; what is not told before is missed by whoever counts. */
  private static void follow(KeyWatch watch, LongConsumer heard) {
    try {
      while (true) {
        for (KeyEvent event : watch.take().events()) heard.accept(event.row().version());
      }
    } catch (VolvoxException e) {
      watch.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
