package org.volvox.calls.service;

/** The rules that tests break one at a time; all hold in {@link #PAPER}. */
public interface ServiceRules {
  ServiceRules PAPER = new ServiceRules() {};

  /** Host: a request that is known is not run again. */
  default boolean suppressesDuplicates() {
    return true;
  }

  /** Host: that it runs now is known too. */
  default boolean joinsRunning() {
    return true;
  }

  /** Host: answers are kept until the caller needs them no more. */
  default boolean keepsAnswers() {
    return true;
  }

  /** Host: what it forgot it does not take for new. */
  default boolean remembersForgotten() {
    return true;
  }

  /** Host: a run that was cancelled is a run. */
  default boolean keepsCancelled() {
    return true;
  }

  /** Host: the numbers of one caller say nothing about another's. */
  default boolean tellsCallersApart() {
    return true;
  }

  /** Host: without room it refuses what is new, and forgets nothing. */
  default boolean refusesWhenFull() {
    return true;
  }

  /** Host: who is heard of is not silent. */
  default boolean listensToCallers() {
    return true;
  }

  /** Host: what its caller needs no more is dropped. */
  default boolean dropsAnswered() {
    return true;
  }

  /** Caller: no number is given twice. */
  default boolean numbersOnce() {
    return true;
  }

  /** Caller: what is open may be asked for again. */
  default boolean keepsOpen() {
    return true;
  }

  /** Caller: what may have run stays with its instance. */
  default boolean staysWithInstance() {
    return true;
  }

  /** Caller: an attempt that broke off may have run. */
  default boolean doubtsFailures() {
    return true;
  }

  /** Caller: that one attempt did not run says nothing about those before it. */
  default boolean keepsDoubt() {
    return true;
  }

  /** Caller: an answer that is kept no more ends the call. */
  default boolean endsAtForgotten() {
    return true;
  }

  /** Caller: the deadline ends the call. */
  default boolean endsAtDeadline() {
    return true;
  }

  /** Caller: few are tried again while many fail. */
  default boolean keepsBudget() {
    return true;
  }

  /** Caller: an instance that failed in this call is not the next to be tried. */
  default boolean avoidsFailed() {
    return true;
  }

  /** Caller: with the call end all its attempts. */
  default boolean cancelsRest() {
    return true;
  }
}
