package org.volvox.gateways.http;

/** A request that is not carried out. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  RefusedException(Problem problem) {
    super(problem.title(), null, false, false);
    this.problem = problem;
  }

  static RefusedException of(int status, String name, String title, String detail) {
    return new RefusedException(Problem.before(status, name, title, detail));
  }

  static RefusedException arguments(String detail) {
    return of(400, "bad-arguments", "The arguments do not fit one method", detail);
  }

  Problem problem() {
    return problem;
  }
}
