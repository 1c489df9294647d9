package org.volvox.base;

/**
 * A leader's period in Raft (Ongaro and Ousterhout 2014, section 5.1); 0 before the first election.
 */
public record Term(long value) implements Comparable<Term> {
  public static final Term ZERO = new Term(0);

  public Term {
    if (value < 0) {
      throw new IllegalArgumentException("negative term: " + value);
    }
  }

  public Term next() {
    return new Term(value + 1);
  }

  public boolean isAfter(Term other) {
    return value > other.value;
  }

  public boolean isBefore(Term other) {
    return value < other.value;
  }

  @Override
  public int compareTo(Term other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
