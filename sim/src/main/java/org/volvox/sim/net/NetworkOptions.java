package org.volvox.sim.net;

import org.volvox.base.Prng;
import org.volvox.base.Ratio;

/**
 * How a network treats what is sent, drawn once for a run: times one way, the share of messages
 * lost (to 30 %), repeated (to 50 %) and held back for long, and whether they may overtake.
 */
public record NetworkOptions(
    int delayMicrosMin,
    int delayMicrosSpread,
    Ratio loss,
    Ratio duplicate,
    Ratio straggle,
    boolean reorders) {
  /** One millisecond, nothing lost; for scenarios. */
  public static final NetworkOptions CALM =
      new NetworkOptions(1000, 0, Ratio.ZERO, Ratio.ZERO, Ratio.ZERO, false);

  /** The same where what is sent later may arrive earlier. */
  public NetworkOptions overtaking() {
    return new NetworkOptions(delayMicrosMin, delayMicrosSpread, loss, duplicate, straggle, true);
  }

  public static NetworkOptions draw(Prng prng) {
    int min = prng.between(20, 2_000);
    int spread = prng.below(4) == 0 ? prng.between(0, 60_000) : prng.between(0, 6_000);
    return new NetworkOptions(
        min, spread, share(prng, 3, 30), share(prng, 3, 50), share(prng, 2, 5), prng.below(3) != 0);
  }

  /** Zero in one of {@code zeroOneIn} draws, else up to {@code percentMax}. */
  private static Ratio share(Prng prng, int zeroOneIn, int percentMax) {
    return prng.below(zeroOneIn) == 0 ? Ratio.ZERO : new Ratio(prng.between(1, percentMax), 100);
  }
}
