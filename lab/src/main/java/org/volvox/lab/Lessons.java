package org.volvox.lab;

import java.util.List;

/** The lessons, in the order of learning. */
final class Lessons {
  static final List<Lesson> ALL = List.of(oneNumber(), whyEachRule(), beyondOneNumber());

  private Lessons() {}

  static Lesson find(String id) throws LabException {
    for (Lesson lesson : ALL) {
      if (lesson.id().equals(id)) {
        return lesson;
      }
    }
    throw new LabException("no lesson " + id);
  }

  private static Lesson oneNumber() {
    return new Lesson(
        "one-number",
        "One number for every event",
        List.of(
            "Machines share no clock. Their own clocks differ, and messages take their time. Still"
                + " one wants to know what may have caused what.",
            "A Lamport clock is one number at each node. Every event adds 1. A message carries its"
                + " sender's number, and the receiver goes on from the greater of the two, plus 1.",
            "So the number grows along every chain of events and messages: whatever could have"
                + " influenced an event has a smaller number."),
        "lab 1\nnodes 3\n@0 n1 local\n@10 n1 local\n@20 n1 send n2 delay 25\n@30 n3 local\n",
        List.of(
            new Lesson.Goal(
                "jump",
                "Make a clock jump by more than 1",
                "Let a node that has done little receive a message from one that has done much.",
                Goals::jump),
            new Lesson.Goal(
                "chain",
                "Lead a chain of messages from n1 through n2 to n3",
                "Send from n1 to n2; when it has arrived, send from n2 to n3.",
                Goals::chain),
            new Lesson.Goal(
                "same",
                "Give two events of different nodes the same number",
                "Two nodes that have not heard of each other count alike.",
                Goals::sameNumber)));
  }

  private static Lesson whyEachRule() {
    return new Lesson(
        "why-each-rule",
        "Why each rule is there",
        List.of(
            "The rule of a receive is max(own, received) + 1. Each part of it guards something.",
            "Switch one part off and play on: an invariant turns red at the first event that breaks"
                + " it. The shortest run that breaks it is one click away.",
            "The rules are those of the cluster's own code, with one of them switched off."),
        "lab 1\nnodes 3\n@0 n1 local\n",
        List.of(
            new Lesson.Goal(
                "forget",
                "Forget the maximum: make a receive that is not later than its send",
                "Switch on \"Forget the maximum\" and send to a node that has done less.",
                Goals::forgetsMaximum),
            new Lesson.Goal(
                "repeat",
                "Do not tick on receive: make two events of one node share a number",
                "Switch on \"Do not tick on receive\" and send to a node that has done as much.",
                Goals::repeatsNumber),
            new Lesson.Goal(
                "order",
                "Do not tick on receive: put an effect before its cause in the total order",
                "A tie is broken by the node: send from n2 to n1.",
                Goals::misorders),
            new Lesson.Goal(
                "mend",
                "Mend it: all rules on, and everything green again",
                "Break a rule first, then switch all rules on again.",
                Goals::mends)));
  }

  private static Lesson beyondOneNumber() {
    return new Lesson(
        "beyond-one-number",
        "What one number does not say",
        List.of(
            "A smaller Lamport number does not mean \"before\": concurrent events are put in some"
                + " order too. Click two events to see which it is.",
            "A vector clock counts, for each node, how many of its events are known. Of two vectors"
                + " one is smaller everywhere, and then its event came before; or neither is, and"
                + " then the two are concurrent.",
            "A hybrid clock stays near to the physical clock and still grows along every chain. Where"
                + " a physical clock is behind, a counter takes its place."),
        "lab 1\nnodes 3\n",
        List.of(
            new Lesson.Goal(
                "false-order",
                "Make two concurrent events with different Lamport numbers",
                "Let n1 do two things and n3 one; no message between them.",
                Goals::falseOrder),
            new Lesson.Goal(
                "counter",
                "Make a hybrid clock run ahead of its node's physical clock",
                "Set n1's physical clock ahead, then send from n1 to n2.",
                Goals::runsAhead),
            new Lesson.Goal(
                "lost",
                "Lose a message between two nodes: nothing after it follows from its send",
                "Send, drop the message on its way, then let the other node do something.",
                Goals::losesMessage)));
  }
}
