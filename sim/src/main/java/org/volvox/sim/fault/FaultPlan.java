package org.volvox.sim.fault;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.volvox.base.Prng;

/**
 * The faults of one run in order of time. Which kinds a run has at all, and how often, is drawn
 * first: runs that differ in kind find more than runs that are all average (Groce and others 2012,
 * swarm testing).
 */
public record FaultPlan(List<Fault.Timed> faults) {
  public static final FaultPlan NONE = new FaultPlan(List.of());

  public FaultPlan {
    faults = List.copyOf(faults);
  }

  /** Draws the faults of {@code machines} up to {@code untilMicros}. */
  public static FaultPlan draw(Prng prng, int machines, int untilMicros) {
    Draw draw = new Draw(machines, untilMicros, new ArrayList<>());
    // Each kind has its own stream: that one is off does not move the times of the others.
    Prng crashes = prng.fork();
    Prng pauses = prng.fork();
    Prng cuts = prng.fork();
    Prng disks = prng.fork();
    Prng swizzles = prng.fork();
    Prng media = prng.fork();
    if (crashes.below(4) != 0) {
      draw.crashes(crashes);
    }
    if (pauses.below(2) != 0) {
      draw.pauses(pauses);
    }
    if (cuts.below(5) != 0) {
      draw.cuts(cuts);
    }
    if (disks.below(4) == 0) {
      draw.disks(disks);
    }
    if (swizzles.below(4) == 0) {
      draw.swizzles(swizzles);
    }
    if (media.below(2) == 0) {
      draw.media(media);
    }
    draw.faults.sort(Comparator.comparingInt(Fault.Timed::atMicros));
    return new FaultPlan(draw.faults);
  }

  private record Draw(int machines, int untilMicros, List<Fault.Timed> faults) {
    void crashes(Prng prng) {
      int gap = prng.between(200_000, 5_000_000);
      int down = prng.between(10_000, 2_000_000);
      boolean together = prng.below(3) == 0;
      for (int at = prng.between(1, gap); at < untilMicros; at += prng.between(1, 2 * gap)) {
        int victims = together ? prng.between(1, machines) : 1;
        for (int i = 0; i < victims; i++) {
          int machine = prng.below(machines);
          add(at, new Fault.Crash(machine));
          add(at + prng.between(1, 2 * down), new Fault.Restart(machine));
        }
      }
    }

    void pauses(Prng prng) {
      int gap = prng.between(500_000, 5_000_000);
      int span = prng.between(5_000, 2_500_000);
      for (int at = prng.between(1, gap); at < untilMicros; at += prng.between(1, 2 * gap)) {
        int machine = prng.below(machines);
        add(at, new Fault.Pause(machine));
        add(at + prng.between(1, 2 * span), new Fault.Resume(machine));
      }
    }

    void cuts(Prng prng) {
      int gap = prng.between(300_000, 5_000_000);
      int span = prng.between(50_000, 4_000_000);
      for (int at = prng.between(1, gap); at < untilMicros; at += prng.between(1, 2 * gap)) {
        add(at, cut(prng));
        if (prng.below(4) != 0) {
          at += prng.between(1, 2 * span);
          add(at, new Fault.Heal());
        }
      }
    }

    private Fault cut(Prng prng) {
      int all = (1 << machines) - 1;
      int one = 1 << prng.below(machines);
      int half = prng.below(all + 1);
      return switch (prng.below(6)) {
        case 0 -> new Fault.Partition(one, all & ~one);
        case 1 -> new Fault.Partition(half, all & ~half);
        case 2 -> new Fault.Partition(half | one, (all & ~half) | one);
        case 3 -> new Fault.CutOneWay(one, all & ~one);
        case 4 -> new Fault.CutOneWay(all & ~one, one);
        default -> new Fault.CutOneWay(half, prng.below(all + 1));
      };
    }

    void disks(Prng prng) {
      int gap = prng.between(1_000_000, 8_000_000);
      for (int at = prng.between(1, gap); at < untilMicros; at += prng.between(1, 2 * gap)) {
        int machine = prng.below(machines);
        if (prng.below(2) == 0) {
          add(at, new Fault.SyncFails(machine));
        } else {
          add(at, new Fault.DiskFull(machine, true));
          add(at + prng.between(1, 2_000_000), new Fault.DiskFull(machine, false));
        }
      }
    }

    /** Cut off one by one, joined again in another order: FoundationDB's best finder of bugs. */
    void swizzles(Prng prng) {
      int gap = prng.between(1_000_000, 8_000_000);
      int step = prng.between(10_000, 1_000_000);
      for (int at = prng.between(1, gap); at < untilMicros; at += prng.between(1, 2 * gap)) {
        List<Integer> victims = shuffled(prng);
        int count = prng.between(1, machines);
        for (int machine : victims.subList(0, count)) {
          int one = 1 << machine;
          add(at, new Fault.Partition(one, ((1 << machines) - 1) & ~one));
          at += prng.between(1, 2 * step);
        }
        List<Integer> order = shuffled(prng);
        order.retainAll(victims.subList(0, count));
        for (int machine : order) {
          add(at, new Fault.Rejoin(machine));
          at += prng.between(1, 2 * step);
        }
      }
    }

    private List<Integer> shuffled(Prng prng) {
      List<Integer> order = new ArrayList<>();
      for (int machine = 0; machine < machines; machine++) {
        order.add(prng.below(order.size() + 1), machine);
      }
      return order;
    }

    /** Each is followed by a restart, which has to notice. */
    void media(Prng prng) {
      int gap = prng.between(1_000_000, 10_000_000);
      for (int at = prng.between(1, gap); at < untilMicros; at += prng.between(1, 2 * gap)) {
        int machine = prng.below(machines);
        add(
            at,
            switch (prng.below(4)) {
              case 0 -> new Fault.Wipe(machine);
              case 1 -> new Fault.Misdirected(machine);
              default -> new Fault.BitFlip(machine);
            });
        int crashAt = at + prng.between(1, 2_000_000);
        add(crashAt, new Fault.Crash(machine));
        add(crashAt + prng.between(1, 500_000), new Fault.Restart(machine));
      }
    }

    private void add(int atMicros, Fault fault) {
      faults.add(new Fault.Timed(atMicros, fault));
    }
  }
}
