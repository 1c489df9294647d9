package org.volvox.rpc.marshal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What it is: fields and constants added and in another order, numbers wider. */
final class NewShop {
  private NewShop() {}

  enum Level {
    HIGH,
    MIDDLE,
    LOW
  }

  sealed interface Shape {}

  record Square(int side) implements Shape {}

  record Circle(int radius) implements Shape {}

  record Order(
      List<String> notes,
      long amount,
      Optional<String> address,
      OptionalInt floor,
      @Nullable Integer score,
      double price,
      char mark,
      short part,
      float rate,
      boolean urgent,
      String name,
      String comment,
      Set<Level> levels,
      List<Integer> places,
      @Nullable Order before) {}

  interface Shop {
    Order order(Order order);

    long sum(long a, long b);

    Level level(Level level);

    Shape shape(Shape shape);

    void added(String what);

    String kind(String level);
  }
}
