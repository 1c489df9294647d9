package org.volvox.calls.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteCount;
import org.volvox.base.Bytes;
import org.volvox.base.InstanceId;
import org.volvox.base.MonoTime;
import org.volvox.base.Prng;
import org.volvox.calls.service.AnswerTable.Begun;
import org.volvox.calls.service.InvokeAnswer.NotRun;

/** What goes wrong without each rule: what the simulator has to notice. */
class BrokenRulesTest {
  private static final CallerId ANN = new CallerId(0, 1);
  private static final CallerId BOB = new CallerId(0, 2);
  private static final InstanceId A = new InstanceId(0, 1);
  private static final InstanceId B = new InstanceId(0, 2);
  private static final Begun RUN = new Begun.Run();

  private static MonoTime at(long millis) {
    return new MonoTime(millis * 1_000_000);
  }

  @Nested
  class OfHosts {
    private AnswerTable table = table(ServiceRules.PAPER);

    private static AnswerTable table(ServiceRules rules) {
      int bytes = 4 * AnswerTable.ENTRY_BYTES;
      return new AnswerTable(
          new AnswerLimits(new ByteCount(bytes), 9, 9, Duration.ofSeconds(1)), rules);
    }

    private Begun begin(CallerId caller, long seq, long lowest, long millis) {
      return table.begin(new RequestKey(caller, seq), lowest, false, at(millis));
    }

    private void runs(CallerId caller, long seq, long lowest, long millis) {
      assertThat(begin(caller, seq, lowest, millis)).isEqualTo(RUN);
      table.complete(new RequestKey(caller, seq), Bytes.EMPTY, at(millis));
    }

    @Test
    void aDuplicateRuns() {
      table =
          table(
              new ServiceRules() {
                @Override
                public boolean suppressesDuplicates() {
                  return false;
                }
              });
      runs(ANN, 1, 1, 0);
      runs(ANN, 1, 1, 0);
    }

    @Test
    void aDuplicateRunsBesideTheFirst() {
      table =
          table(
              new ServiceRules() {
                @Override
                public boolean joinsRunning() {
                  return false;
                }
              });
      assertThat(begin(ANN, 1, 1, 0)).isEqualTo(RUN);
      runs(ANN, 1, 1, 0);
      assertThat(begin(ANN, 1, 1, 0)).isEqualTo(new Begun.Answer(Bytes.EMPTY));
    }

    @Test
    void anAnswerIsNotKept() {
      table =
          table(
              new ServiceRules() {
                @Override
                public boolean keepsAnswers() {
                  return false;
                }
              });
      runs(ANN, 1, 1, 0);
      runs(ANN, 1, 1, 0);
    }

    @Test
    void whatIsForgottenIsNew() {
      table =
          table(
              new ServiceRules() {
                @Override
                public boolean remembersForgotten() {
                  return false;
                }
              });
      runs(ANN, 1, 1, 0);
      runs(ANN, 2, 2, 0);
      runs(ANN, 1, 1, 0);
    }

    @Test
    void whatWasCancelledRunsAgain() {
      table =
          table(
              new ServiceRules() {
                @Override
                public boolean keepsCancelled() {
                  return false;
                }
              });
      assertThat(begin(ANN, 1, 1, 0)).isEqualTo(RUN);
      assertThat(table.cancel(new RequestKey(ANN, 1))).isTrue();
      runs(ANN, 1, 1, 0);
    }

    @Test
    void oneGetsTheAnswerOfAnother() {
      table =
          table(
              new ServiceRules() {
                @Override
                public boolean tellsCallersApart() {
                  return false;
                }
              });
      runs(ANN, 1, 1, 0);
      assertThat(begin(BOB, 1, 1, 0)).isEqualTo(new Begun.Answer(Bytes.EMPTY));
    }

    @Test
    void whatIsNewPushesOutWhatIsKept() {
      table =
          table(
              new ServiceRules() {
                @Override
                public boolean refusesWhenFull() {
                  return false;
                }
              });
      assertThat(begin(ANN, 1, 1, 0)).isEqualTo(RUN);
      for (int seq = 2; seq <= 5; seq++) {
        runs(ANN, seq, 1, 0);
      }
      assertThat(table.kept()).isEqualTo(2);
      runs(ANN, 2, 1, 0);
    }

    @Test
    void whoIsHeardIsForgotten() {
      table =
          table(
              new ServiceRules() {
                @Override
                public boolean listensToCallers() {
                  return false;
                }
              });
      runs(ANN, 1, 1, 0);
      runs(ANN, 2, 1, 999);
      table.timer(at(1000));
      assertThat(table.kept()).isZero();
    }

    @Test
    void whatIsNotNeededStays() {
      table =
          table(
              new ServiceRules() {
                @Override
                public boolean dropsAnswered() {
                  return false;
                }
              });
      runs(ANN, 1, 1, 0);
      runs(ANN, 2, 2, 0);
      assertThat(table.kept()).isEqualTo(2);
    }
  }

  @Nested
  class OfCallers {
    private final RetryBudget budget = new RetryBudget(100, 10);
    private final List<InvocationEffect> effects = new ArrayList<>();

    private Invocation call(ServiceRules rules) {
      InvocationPolicy policy =
          new InvocationPolicy(
              Duration.ofSeconds(1), Duration.ofMillis(1), Duration.ofMillis(1), 9, Duration.ZERO);
      Invocation.Shared shared = new Invocation.Shared(budget, new Prng(1), rules);
      Invocation call = new Invocation(Repeat.SAME, policy, at(10_000), shared);
      step(call, new InvocationInput.Start(at(0)));
      instances(call, 0, A);
      step(call, new InvocationInput.Sending(1, at(0)));
      return call;
    }

    private void step(Invocation call, InvocationInput input) {
      effects.clear();
      call.step(input, effects::add);
    }

    private void instances(Invocation call, long millis, InstanceId... all) {
      List<Candidate> candidates = new ArrayList<>();
      for (InstanceId each : all) {
        candidates.add(new Candidate(each, candidates.size(), true, false));
      }
      step(call, new InvocationInput.Instances(candidates, at(millis)));
    }

    private void breaks(Invocation call, int attempt) {
      step(call, new InvocationInput.AttemptFailed(attempt, true, "it broke", at(1)));
    }

    private void refuses(Invocation call, int attempt, NotRun.Reason reason) {
      step(call, new InvocationInput.Answered(attempt, new NotRun(reason, "no"), at(3)));
    }

    /** After the pause, with these to choose from. */
    private InstanceId next(Invocation call, InstanceId... all) {
      step(call, new InvocationInput.TimerFired(call.nextDeadline().orElseThrow()));
      instances(call, 5, all);
      return ((InvocationEffect.Attempt) effects.getFirst()).instance();
    }

    @Test
    void aNumberIsGivenTwice() {
      ServiceRules rules =
          new ServiceRules() {
            @Override
            public boolean numbersOnce() {
              return false;
            }
          };
      OpenRequests requests = new OpenRequests(ANN, 3, 3, rules);
      RequestKey first = requests.begin();
      RequestKey second = requests.begin();
      requests.end(first);
      requests.end(second);
      assertThat(requests.begin()).isEqualTo(second);
    }

    @Test
    void whatIsOpenIsAcknowledged() {
      ServiceRules rules =
          new ServiceRules() {
            @Override
            public boolean keepsOpen() {
              return false;
            }
          };
      OpenRequests requests = new OpenRequests(ANN, 3, 3, rules);
      assertThat(requests.lowestUnanswered()).isEqualTo(1);
      requests.begin();
      requests.begin();
      assertThat(requests.lowestUnanswered()).isEqualTo(2);
    }

    @Test
    void whatMayHaveRunGoesElsewhere() {
      Invocation call =
          call(
              new ServiceRules() {
                @Override
                public boolean staysWithInstance() {
                  return false;
                }
              });
      breaks(call, 1);
      assertThat(next(call, A, B)).isEqualTo(B);
    }

    @Test
    void whatBrokeOffIsTakenForNotRun() {
      Invocation call =
          call(
              new ServiceRules() {
                @Override
                public boolean doubtsFailures() {
                  return false;
                }
              });
      breaks(call, 1);
      assertThat(call.mayHaveRun()).isFalse();
    }

    @Test
    void oneRefusalIsTakenForAll() {
      Invocation call =
          call(
              new ServiceRules() {
                @Override
                public boolean keepsDoubt() {
                  return false;
                }
              });
      breaks(call, 1);
      next(call, A, B);
      refuses(call, 2, NotRun.Reason.BUSY);
      assertThat(call.mayHaveRun()).isFalse();
    }

    @Test
    void whatIsForgottenIsTriedElsewhere() {
      Invocation call =
          call(
              new ServiceRules() {
                @Override
                public boolean endsAtForgotten() {
                  return false;
                }
              });
      refuses(call, 1, NotRun.Reason.FORGOTTEN);
      assertThat(next(call, A, B)).isEqualTo(B);
    }

    @Test
    void theDeadlineEndsNothing() {
      Invocation call =
          call(
              new ServiceRules() {
                @Override
                public boolean endsAtDeadline() {
                  return false;
                }
              });
      step(call, new InvocationInput.TimerFired(at(20_000)));
      assertThat(call.hasEnded()).isFalse();
    }

    @Test
    void aSpentBudgetIsOverdrawn() {
      for (int i = 0; i < 100; i++) {
        budget.failed();
      }
      Invocation call =
          call(
              new ServiceRules() {
                @Override
                public boolean keepsBudget() {
                  return false;
                }
              });
      breaks(call, 1);
      assertThat(next(call, A)).isEqualTo(A);
    }

    @Test
    void whatFailedIsTriedAgain() {
      Invocation call =
          call(
              new ServiceRules() {
                @Override
                public boolean avoidsFailed() {
                  return false;
                }
              });
      refuses(call, 1, NotRun.Reason.BUSY);
      assertThat(next(call, A, B)).isEqualTo(A);
    }

    @Test
    void attemptsStayOpen() {
      Invocation call =
          call(
              new ServiceRules() {
                @Override
                public boolean cancelsRest() {
                  return false;
                }
              });
      step(call, new InvocationInput.Cancel(at(1)));
      assertThat(effects)
          .containsExactly(new InvocationEffect.Ended(new InvocationOutcome.Cancelled(true)));
    }
  }
}
