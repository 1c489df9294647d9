package org.volvox.verify.bench.rpc.peer;

import java.util.Iterator;
import org.volvox.client.service.Brief;
import org.volvox.client.service.Idempotent;

/** Our service. */
public interface Echoing {
  byte[] echo(byte[] payload);

  @Brief
  @Idempotent
  byte[] brief(byte[] payload);

  int add(int a, int b);

  /** So many items of 64 KiB. */
  Iterator<byte[]> down(int items);

  /** How many items came. */
  int up(Iterator<byte[]> items);
}
