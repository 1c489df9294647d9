package org.volvox.verify.bench.rpc.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.volvox.base.syscall.ServiceRow;
import org.volvox.client.Volvox;
import org.volvox.client.service.Services;
import org.volvox.verify.bench.Load;

/** Ours, as any program uses it. */
final class VolvoxCalls implements Family {
  private static final String UNIX = "unix:";
  private static final byte[] ITEM = new byte[Work.ITEM_BYTES];

  private static String name(Place place) {
    return "bench/Echo-" + place.way().text();
  }

  @Override
  public void serve(Place place) throws IOException, InterruptedException {
    Services services = Volvox.connect(place.work().resolve("cluster")).services();
    var _ = services.bind(name(place), Echoing.class, new Served());
    if (place.isTls()) hide(services, name(place));
  }

  /**
   * The product has no switch for the way: who is on the same machine takes the Unix socket.
   * Without its file callers see what those on other machines see, and take TLS over TCP.
   */
  private static void hide(Services services, String name)
      throws IOException, InterruptedException {
    for (ServiceRow row : services.list("/services/" + name)) {
      for (String endpoint : row.endpoints()) {
        if (endpoint.startsWith(UNIX)) {
          Files.delete(Path.of(endpoint.substring(UNIX.length())));
        }
      }
    }
  }

  @Override
  public Line connect(Place place) throws IOException, InterruptedException {
    Services services = Volvox.connect(place.work().resolve("cluster")).services();
    Echoing echoing = services.lookup(name(place), Echoing.class);
    return (work, payload) -> operation(echoing, work, payload);
  }

  private static Load.Operation operation(Echoing echoing, Work work, byte[] payload) {
    return switch (work) {
      case ECHO -> () -> Line.requireSame(payload.length, echoing.echo(payload).length);
      case BRIEF -> () -> Line.requireSame(payload.length, echoing.brief(payload).length);
      case ADD -> () -> Line.requireSame(15, echoing.add(5, 10));
      case DOWN -> () -> Line.requireSame(Work.ITEMS, count(echoing.down(Work.ITEMS)));
      case UP -> () -> Line.requireSame(Work.ITEMS, echoing.up(items(Work.ITEMS)));
    };
  }

  private static Iterator<byte[]> items(int count) {
    List<byte[]> items = Collections.nCopies(count, ITEM);
    return items.iterator();
  }

  private static int count(Iterator<byte[]> items) {
    int count = 0;
    while (items.hasNext()) {
      Line.requireSame(Work.ITEM_BYTES, items.next().length);
      count++;
    }
    return count;
  }

  private static final class Served implements Echoing {
    @Override
    public byte[] echo(byte[] payload) {
      return payload;
    }

    @Override
    public byte[] brief(byte[] payload) {
      return payload;
    }

    @Override
    public int add(int a, int b) {
      return a + b;
    }

    @Override
    public Iterator<byte[]> down(int items) {
      return items(items);
    }

    @Override
    public int up(Iterator<byte[]> items) {
      return count(items);
    }
  }
}
