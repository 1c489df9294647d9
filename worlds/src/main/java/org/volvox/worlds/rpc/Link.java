package org.volvox.worlds.rpc;

/**
 * A connection from a caller's life to a host's: what is sent arrives in order and once, or not and
 * nothing after it; each side notices that it is dead by itself, and late.
 */
final class Link {
  /** How long a caller waits for a connection. */
  static final int CONNECT_MICROS = 400_000;

  final Caller caller;
  final ServiceHost host;
  private final Stage stage;
  private final Side call;
  private final Side serve;

  /** When the caller has last heard anything. */
  int heardMicros;

  boolean isConnected;

  private static final class Side {
    final Machine machine;
    final int life;
    boolean isOpen = true;

    int sent;

    /** The first of what it sent that is lost, and all that follows with it. */
    int lostFrom = Integer.MAX_VALUE;

    int lastArrival;

    Side(Machine machine) {
      this.machine = machine;
      life = machine.life();
    }

    boolean isThere() {
      return isOpen && machine.isUp() && machine.life() == life;
    }
  }

  Link(Caller caller, ServiceHost host) {
    this.caller = caller;
    this.host = host;
    stage = caller.stage;
    call = new Side(caller);
    serve = new Side(host);
    heardMicros = stage.micros();
  }

  boolean isOpenForCaller() {
    return call.isOpen;
  }

  void toHost(String what, Runnable arrives) {
    send(call, serve, what, arrives);
  }

  void toCaller(String what, Runnable arrives) {
    Runnable heard =
        () -> {
          heardMicros = stage.micros();
          arrives.run();
        };
    send(serve, call, what, heard);
  }

  private void send(Side from, Side to, String what, Runnable arrives) {
    int number = from.sent++;
    if (!from.isThere() || number >= from.lostFrom) {
      return; // Sent again and again in vain.
    }
    int[] arrivals =
        from == serve
            ? stage.network.send(from.machine.endpoint, to.machine.endpoint, stage.micros())
            : stage.network.sendOnce(from.machine.endpoint, to.machine.endpoint, stage.micros());
    if (arrivals.length == 0) {
      die(from, number);
      return;
    }
    for (int arrival : arrivals) {
      int at = Math.max(arrival, from.lastArrival);
      from.lastArrival = at;
      Runnable action = () -> arrive(from, to, number, arrives);
      stage.queue.schedule(at, new Stage.Event(to.machine, Machine.ANY_LIFE, what, "", action));
    }
  }

  private void arrive(Side from, Side to, int number, Runnable arrives) {
    if (number >= from.lostFrom) {
      return;
    }
    if (stage.network.isCut(from.machine.endpoint, to.machine.endpoint)) {
      die(from, number);
    } else if (to.isThere()) {
      arrives.run();
    } else if (to.machine.isUp()) {
      notice(from, 5_000); // Who is there now knows nothing of it, and says so.
    }
  }

  /** What is sent is lost; both sides notice some time. */
  private void die(Side from, int number) {
    from.lostFrom = number;
    notice(call, stage.noticeMicros);
    notice(serve, stage.noticeMicros);
  }

  private void notice(Side side, int atMost) {
    if (side.isThere()) {
      int at = stage.micros() + stage.prng.between(1, atMost);
      Runnable action = () -> broken(side);
      stage.queue.schedule(at, new Stage.Event(side.machine, side.life, "broken", this, action));
    }
  }

  private void broken(Side side) {
    if (side.isOpen) {
      stage.count(RpcCount.BROKEN);
      side.isOpen = false;
      if (side == call) {
        caller.onBroken(this);
      } else {
        host.onBroken(this);
      }
    }
  }

  /** The caller wants no more of it. */
  void closeByCaller() {
    toHost("close", () -> broken(serve));
    call.isOpen = false;
    notice(serve, stage.noticeMicros);
  }

  /** One of the two is gone. */
  void perished(Machine machine) {
    notice(machine == caller ? serve : call, stage.noticeMicros);
  }

  @Override
  public String toString() {
    return caller + "-" + host;
  }
}
