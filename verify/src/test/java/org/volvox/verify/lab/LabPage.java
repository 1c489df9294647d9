package org.volvox.verify.lab;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lab as a user has it before them, and a look at what its state is. */
final class LabPage {
  private static final String LAB = "const lab = document.querySelector('volvox-lab'); ";

  private final Page page;

  LabPage(Page page) {
    this.page = page;
  }

  Page page() {
    return page;
  }

  /** The value of an expression over {@code lab}, the page's element. */
  @Nullable Object look(String expression) {
    return page.evaluate("() => { " + LAB + "return " + expression + "; }");
  }

  String text(String expression) {
    return String.valueOf(look(expression));
  }

  int number(String expression) {
    return (int) decimal(expression);
  }

  private double decimal(String expression) {
    return Double.parseDouble(text(expression));
  }

  /** The strings of a list. */
  List<String> texts(String expression) {
    return text("(" + expression + ").join('\\n')").lines().toList();
  }

  /** Waits until something is so. */
  void await(String condition) {
    page.waitForFunction("() => { " + LAB + "return lab && " + condition + "; }");
  }

  /** Waits for the whole run to have so many steps, and for the diagram to show them. */
  void awaitSteps(int steps) {
    await("lab.view.steps === " + steps);
    page.evaluate(
        "() => { " + LAB + "return lab.updateComplete.then(() => lab.diagram.updateComplete); }");
  }

  void openScript(String script) {
    page.evaluate("script => { " + LAB + "lab.openScript(script); }", script);
    await("lab.script.includes('lab 1')");
    settle();
  }

  /** Waits for the updates and the frame that are under way. */
  void settle() {
    page.evaluate(
        "() => { "
            + LAB
            + "return lab.updateComplete.then(() => lab.diagram.updateComplete)"
            + ".then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))); }");
  }

  /** And until no colour is on its way to another. */
  void rest() {
    settle();
    page.waitForFunction(
        "() => document.getAnimations().every(change => change.playState !== 'running')");
  }

  /** The clocks of all events of one kind of clock, in the order of the run. */
  String lamport() {
    return text("lab.events.filter(e => e.sum).map(e => e.node + ':' + e.clock).join(' ')");
  }

  void button(String name) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true))
        .first()
        .click();
  }

  void key(String... keys) {
    Stream.of(keys)
        .forEach(key -> {
          page.keyboard().press(key);
          settle();
        });
  }

  /** Puts the keyboard's focus into the diagram, as tabbing there does. */
  void focusDiagram() {
    page.locator("space-time .ear").focus();
    settle();
  }

  void clickLane(String node, int millis) {
    Point point = point("pointOfLane('" + node + "', " + millis + ")");
    page.mouse().click(point.x(), point.y());
    settle();
  }

  void tapLane(String node, int millis) {
    Point point = point("pointOfLane('" + node + "', " + millis + ")");
    page.touchscreen().tap(point.x(), point.y());
    settle();
  }

  void clickEvent(int event) {
    Point point = point("pointOf(" + event + ")");
    page.mouse().click(point.x(), point.y());
    settle();
  }

  /** Drags from one place of a lane to one of another. */
  void drag(String from, int sent, String to, int due) {
    Point begin = point("pointOfLane('" + from + "', " + sent + ")");
    Point end = point("pointOfLane('" + to + "', " + due + ")");
    drag(begin, end);
  }

  /** Drags the end of a message by so many pixels along its lane. */
  void dragHead(String message, int by) {
    Point begin = point("pointOfHead('" + message + "')");
    drag(begin, new Point(begin.x() + by, begin.y()));
  }

  private void drag(Point begin, Point end) {
    page.mouse().move(begin.x(), begin.y());
    page.mouse().down();
    page.mouse().move((begin.x() + end.x()) / 2, (begin.y() + end.y()) / 2);
    page.mouse().move(end.x(), end.y());
    page.mouse().up();
    settle();
  }

  private record Point(double x, double y) {}

  private Point point(String method) {
    page.locator("space-time").scrollIntoViewIfNeeded();
    String place = "lab.diagram." + method;
    return new Point(decimal(place + ".x"), decimal(place + ".y"));
  }

  /** Script lines as one text. */
  static String script(String... lines) {
    return Stream.concat(Stream.of("lab 1"), List.of(lines).stream())
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
