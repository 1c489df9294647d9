package org.volvox.examples.arith;

/** What a division gives; it travels as it is. */
public record Quotient(int quo, int rem) {}
