package org.volvox.sim.scenario;

import java.util.List;
import org.volvox.base.NodeId;

/** One line of a scenario; the accessors read an argument or say what is wrong with it. */
public record Step(int line, String verb, List<String> arguments) {
  public Step {
    arguments = List.copyOf(arguments);
  }

  /** Two nodes, and whether the arrow is one way (n1&gt;n2) or both (n1-n2). */
  public record Link(NodeId from, NodeId to, boolean oneWay) {}

  public String text(int argument) throws ScenarioException {
    if (argument >= arguments.size()) {
      throw new ScenarioException(line, verb + " needs more than " + arguments.size() + " words");
    }
    return arguments.get(argument);
  }

  /** The arguments from {@code first} on. */
  public List<String> rest(int first) {
    return arguments.subList(Math.min(first, arguments.size()), arguments.size());
  }

  public int number(int argument) throws ScenarioException {
    return number(text(argument), "a number");
  }

  public NodeId node(int argument) throws ScenarioException {
    return node(text(argument));
  }

  public Link link(int argument) throws ScenarioException {
    String text = text(argument);
    boolean oneWay = text.indexOf('>') >= 0;
    int at = oneWay ? text.indexOf('>') : text.indexOf('-');
    if (at < 0) {
      throw new ScenarioException(
          line, verb + " needs a link, as n1>n2 or n1-n2, not '" + text + "'");
    }
    return new Link(node(text.substring(0, at)), node(text.substring(at + 1)), oneWay);
  }

  /** A span as 20ms or 3s, in microseconds. */
  public int micros(int argument) throws ScenarioException {
    String text = text(argument);
    String what = "a span, as 20ms or 3s";
    if (text.endsWith("ms")) {
      return number(text.substring(0, text.length() - 2), what) * 1_000;
    }
    if (text.endsWith("s")) {
      return number(text.substring(0, text.length() - 1), what) * 1_000_000;
    }
    throw new ScenarioException(line, verb + " needs " + what + ", not '" + text + "'");
  }

  private NodeId node(String text) throws ScenarioException {
    if (!text.startsWith("n")) {
      throw new ScenarioException(line, verb + " needs a node, as n1, not '" + text + "'");
    }
    int value = number(text.substring(1), "a node, as n1");
    if (value < 1) {
      throw new ScenarioException(line, "nodes are counted from n1");
    }
    return new NodeId(value);
  }

  private int number(String text, String what) throws ScenarioException {
    boolean digits = !text.isEmpty() && text.length() <= 4;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits) {
      throw new ScenarioException(line, verb + " needs " + what + ", not '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  @Override
  public String toString() {
    return arguments.isEmpty() ? verb : verb + " " + String.join(" ", arguments);
  }
}
