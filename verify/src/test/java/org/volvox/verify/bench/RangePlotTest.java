package org.volvox.verify.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** A reader of the plot sees each range where it was, and every label. */
final class RangePlotTest {
  /** Wider than the letters of the fonts that browsers have, by the size of the font. */
  private static final double LETTER_WIDTH = 0.62;

  private static final List<RangePlot.Row> ROWS =
      List.of(
          new RangePlot.Row("a", "#000", 1_000, 100, 2_000),
          new RangePlot.Row("limit-with-a-name", "#000", 150_000, 100_000, 1_000_000));

  private static RangePlot plot() {
    return new RangePlot(
        "title <1 & 2>",
        "calls a second, logarithmic",
        List.of(
            new RangePlot.Panel("64 in flight, 1 connection", ROWS),
            new RangePlot.Panel("64 in flight, 8 connections", ROWS),
            new RangePlot.Panel("8 in flight, 8 connections", ROWS)));
  }

  private static List<Element> elements(RangePlot plot, String name, String type) throws Exception {
    NodeList nodes =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(plot.svg())))
            .getElementsByTagName(name);
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      Element element = (Element) nodes.item(i);
      if (element.getAttribute("class").equals(type)) found.add(element);
    }
    return found;
  }

  private static double number(Element element, String name) {
    return Double.parseDouble(element.getAttribute(name));
  }

  @Test
  void aRangeIsDrawnFromItsLeastToItsMostOnTheSameScaleAsItsMedian() throws Exception {
    List<Element> medians = elements(plot(), "circle", "median");
    List<Element> ranges =
        elements(plot(), "line", "range").stream()
            .filter(line -> number(line, "y1") == number(line, "y2"))
            .toList();
    assertThat(medians).hasSize(6);
    assertThat(ranges).hasSize(6);
    // The axis has four decades, 100 to 1,000,000: what lies a decade apart is a quarter apart.
    double from = number(ranges.get(0), "x1");
    double decade = (number(ranges.get(1), "x2") - from) / 4;
    assertThat(number(medians.get(0), "cx") - from).isCloseTo(decade, within());
    assertThat(number(ranges.get(0), "x2") - from)
        .isCloseTo((1 + Math.log10(2)) * decade, within());
    assertThat(number(ranges.get(1), "x1") - from).isCloseTo(3 * decade, within());
    assertThat(number(ranges.get(2), "x1")).isEqualTo(from + RangePlot.WIDTH / 2.0);
  }

  private static Offset<Double> within() {
    return Offset.offset(0.2);
  }

  /** Where a text is, by the widest that its letters may be. */
  private record Box(String text, double left, double right, double y) {
    static Box of(Element element) {
      String size = element.getAttribute("font-size");
      String label = element.getTextContent();
      double width =
          label.length() * LETTER_WIDTH * (size.isEmpty() ? 12 : number(element, "font-size"));
      double x = number(element, "x");
      double left = element.getAttribute("text-anchor").equals("end") ? x - width : x - width / 2;
      return new Box(label, left, left + width, number(element, "y"));
    }

    boolean overlaps(Box other) {
      return Math.abs(y - other.y) < 11 && left < other.right && other.left < right;
    }
  }

  @Test
  void noLabelCoversAnotherOrLeavesThePlot() throws Exception {
    List<Box> boxes = elements(plot(), "text", "").stream().map(Box::of).toList();
    assertThat(boxes)
        .extracting(Box::text)
        .contains("title <1 & 2>", "calls a second, logarithmic", "100", "10k", "1M", "150,000");
    for (Box box : boxes) {
      assertThat(box.left()).as(box.text()).isNotNegative();
      assertThat(box.right()).as(box.text()).isLessThanOrEqualTo(RangePlot.WIDTH);
      assertThat(boxes).filteredOn(other -> !other.equals(box)).noneMatch(box::overlaps);
    }
  }

  @Test
  void aRoundWithoutAnAnswerIsAtTheEndOfTheAxis() throws Exception {
    var row = new RangePlot.Row("dead", "#000", 0, 0, 50);
    var plot = new RangePlot("t", "u", List.of(new RangePlot.Panel("p", List.of(row))));
    Element median = elements(plot, "circle", "median").getFirst();
    assertThat(number(median, "cx")).isFinite();
    assertThat(plot.svg()).doesNotContain("NaN");
  }
}
