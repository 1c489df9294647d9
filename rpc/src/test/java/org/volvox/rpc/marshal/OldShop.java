package org.volvox.rpc.marshal;

/** What the service was. */
final class OldShop {
  private OldShop() {}

  enum Level {
    LOW,
    HIGH
  }

  sealed interface Shape {}

  record Circle(int radius) implements Shape {}

  record Order(String name, int amount) {}

  interface Shop {
    Order order(Order order);

    int sum(int a, int b);

    Level level(Level level);

    Shape shape(Shape shape);

    void removed();

    String kind(Level level);
  }
}
