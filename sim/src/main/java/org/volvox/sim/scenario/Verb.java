package org.volvox.sim.scenario;

/** A word that a line may begin with, how many arguments it takes and how it is used. */
public record Verb(String name, int argumentsMin, int argumentsMax, String usage) {
  /** Any number of arguments. */
  public static final int ANY = Integer.MAX_VALUE;
}
