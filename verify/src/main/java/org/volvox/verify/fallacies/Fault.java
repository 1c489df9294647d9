package org.volvox.verify.fallacies;

import java.time.Duration;

/** A column: what is wrong with the network of one client machine, for good. */
enum Fault {
  /** One packet in a hundred is lost, each way. */
  LOSS("1 % loss", "loss", 11, 20),
  /** 100 ms each way, the beginning of a connection included. */
  DELAY("200 ms", "delay", 12, 20),
  /** Each way, with a queue of 400 ms. */
  NARROW("1 Mbit/s", "narrow", 13, 30),
  /** Each connection is reset at both ends after some bytes. */
  RESETS("resets", "resets", 14, 10),
  /** Nothing passes, and nobody is told. */
  CUT("cut", "cut", 15, 2),
  /** The same from some byte of each command on. */
  CUT_MIDWAY("cut midway", "midway", 16, 2);

  private final String title;
  private final String word;
  private final int machine;
  private final Duration timeout;

  Fault(String title, String word, int machine, int timeoutSeconds) {
    this.title = title;
    this.word = word;
    this.machine = machine;
    this.timeout = Duration.ofSeconds(timeoutSeconds);
  }

  String title() {
    return title;
  }

  /** A part of paths and names. */
  String word() {
    return word;
  }

  int machine() {
    return machine;
  }

  /** What commands and calls get as {@code --timeout}. */
  Duration timeout() {
    return timeout;
  }

  /** Whether the network still carries all, only worse: then nothing may fail. */
  boolean isPassable() {
    return this == LOSS || this == DELAY || this == NARROW;
  }
}
