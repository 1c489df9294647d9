package org.volvox.worlds.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.base.NodeId;
import org.volvox.base.event.HappenedBefore.Answer;

/** Random runs hold; without a rule they do not; and the shortest run that shows it is short. */
class ClockWorldTest {
  @Test
  void everyPropertyHoldsInRandomRuns() {
    ClockCampaign campaign = new ClockCampaign();
    campaign.run(1, 150, outcome -> assertThat(outcome.failure()).as(outcome.text()).isEmpty());
    assertThat(campaign.belowFloor()).isEmpty();
    assertThat(campaign.runs()).isEqualTo(150);
    assertThat(campaign.failures()).isZero();
    assertThat(campaign.total().text()).contains("overtaken");
    ClockCampaign again = new ClockCampaign();
    again.run(1, 150, _ -> {});
    assertThat(again.digest()).isEqualTo(campaign.digest());
  }

  @Test
  void aCalmCampaignIsBelowItsFloors() {
    ClockCampaign none = new ClockCampaign();
    assertThat(none.belowFloor()).isEmpty();
    for (int seed = 1; seed < 400; seed++) {
      ClockCampaign one = new ClockCampaign();
      one.run(seed, 1, _ -> {});
      if (one.belowFloor().contains("overtaken 0 below 1")) {
        return;
      }
    }
    throw new AssertionError("no seed among 400 in which nothing is overtaken");
  }

  @ParameterizedTest
  @EnumSource(BrokenRule.class)
  void eachBrokenRuleIsCaughtByTheFirstSeeds(BrokenRule rule) {
    ClockWorld.Outcome outcome = ClockWorld.run(1, List.of(rule));
    assertThat(outcome.failure()).isPresent();
    assertThat(outcome.text())
        .startsWith("FAIL clock-condition seed=0x1 step=")
        .contains("  ./dev sim clocks --seed 0x1 --until ");
    Script fewest = ClockWorld.shortest(outcome.script(), Property.CLOCK_CONDITION);
    assertThat(fewest.actions()).hasSize(1);
  }

  @Test
  void aFailureNamesTheStepThatShowsIt() {
    ClockWorld.Outcome outcome = ClockWorld.run(1, List.of(BrokenRule.FORGET_MAX));
    ClockWorld.Failure failure = outcome.failure().orElseThrow();
    Played played = Scripts.play(outcome.script());
    assertThat(played.properties().breach(Property.CLOCK_CONDITION, failure.step())).isPresent();
    assertThat(played.properties().breach(Property.CLOCK_CONDITION, failure.step() - 1)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(BrokenRule.class)
  void theShortestCounterexampleIsOneMessage(BrokenRule rule) {
    Counterexample found = Counterexample.find(rule);
    assertThat(found.script().actions()).hasSize(1);
    assertThat(found.property()).isEqualTo(Property.CLOCK_CONDITION);
    assertThat(found.script().broken()).containsExactly(rule);
    assertThat(found.text()).contains("receives m1").contains("but their clocks are 1 and 1");
    // By the paper's rules the same run is right.
    Played mended = Scripts.play(found.script().withBroken(List.of()));
    assertThat(mended.properties().firstBroken()).isEmpty();
  }

  @Test
  void onlyTheMissingTickRepeatsANumberAndItTakesTwoActions() {
    assertThat(Counterexample.find(BrokenRule.FORGET_MAX, Property.NODE_ORDER)).isEmpty();
    Counterexample found =
        Counterexample.find(BrokenRule.NO_TICK_ON_RECEIVE, Property.NODE_ORDER).orElseThrow();
    assertThat(found.script().actions()).hasSize(2);
  }

  /** With a physical clock that is behind, forgetting the maximum breaks the hybrid clock too. */
  @ParameterizedTest
  @EnumSource(Property.class)
  void eachPropertyCanBreak(Property property) {
    List<String> runs =
        List.of(
            "rules forget-max\n@0 n1 skew 50\n@0 n1 send n2 delay 5\n",
            "rules no-tick-on-receive\n@0 n1 skew 50\n@0 n1 send n2 delay 5\n",
            "rules no-tick-on-receive\n@0 n1 local\n@0 n2 send n1 delay 5\n",
            "rules no-tick-on-receive\n@0 n2 send n1 delay 5\n");
    assertThat(runs)
        .anyMatch(run -> {
          Played played = Scripts.play("lab 1\n" + run);
          return played
              .properties()
              .breach(property, played.run().size())
              .filter(breach -> !breach.text().isEmpty())
              .isPresent();
        });
    assertThat(runs)
        .noneMatch(run -> {
          Played mended = Scripts.play("lab 1\n" + run.substring(run.indexOf('\n') + 1));
          return mended.properties().breach(property, mended.run().size()).isPresent();
        });
  }

  @Test
  void aChainIsMadeOfMessagesAndTheOrderAtEachNode() {
    Played played = Scripts.play(RandomScript.draw(4, RandomScript.Mood.WILD, 4, 120));
    Run run = played.run();
    int chains = 0;
    for (int right = 0; right < run.size(); right++) {
      for (int left = 0; left < right; left++) {
        if (!run.at(left).isEvent() || !run.at(right).isEvent()) {
          continue;
        }
        int at = left;
        for (Causality.Link link : played.chain(left, right)) {
          assertThat(link.from()).isEqualTo(at);
          if (link.message() == 0) {
            assertThat(run.at(link.from()).lane()).isEqualTo(run.at(link.to()).lane());
          } else {
            Message message = run.messages().get(link.message() - 1);
            assertThat(message.sent()).isEqualTo(link.from());
            assertThat(message.ended()).isEqualTo(link.to());
          }
          at = link.to();
          chains++;
        }
        assertThat(at == right).isEqualTo(played.causality().isBefore(left, right));
      }
    }
    assertThat(chains).isGreaterThan(1_000);
  }

  @Test
  void moodsDrawWhatTheySay() {
    List<Action> calm = actions(RandomScript.Mood.CALM);
    assertThat(calm)
        .allMatch(action -> action instanceof Action.Local || action instanceof Action.Send);
    assertThat(actions(RandomScript.Mood.FAULTY))
        .hasAtLeastOneElementOfType(Action.Drop.class)
        .hasAtLeastOneElementOfType(Action.Duplicate.class)
        .hasAtLeastOneElementOfType(Action.Delay.class)
        .noneMatch(action -> action instanceof Action.Skew);
    assertThat(actions(RandomScript.Mood.WILD))
        .hasAtLeastOneElementOfType(Action.Join.class)
        .hasAtLeastOneElementOfType(Action.Remove.class)
        .hasAtLeastOneElementOfType(Action.Skew.class);
    assertThat(RandomScript.draw(1, RandomScript.Mood.WILD, 1, 9).actions())
        .extracting(Action.Timed::action)
        .contains(new Action.Local(new NodeId(1), ""));
  }

  private static List<Action> actions(RandomScript.Mood mood) {
    List<Action> actions = new ArrayList<>();
    RandomScript.draw(3, mood, 5, 600).actions().forEach(timed -> actions.add(timed.action()));
    return actions;
  }

  @Test
  void eachStandingOfTwoEventsHasItsWords() {
    Played played = Scripts.play("lab 1\n@0 n1 local\n@0 n1 local\n@0 n2 local\n");
    Run run = played.run();
    assertThat(words(played, 0, 0)).isEqualTo("That is the same event.");
    assertThat(words(played, 1, 0))
        .isEqualTo("n1's event 1 happened before n1's event 2: both are at n1.");
    assertThat(words(played, 0, 2)).contains("concurrent").contains("Both have Lamport clock 1");
    assertThat(words(played, 1, 2)).endsWith("2 and 1, order them all the same.");
    assertThat(Telling.relation(run, 0, 2, Answer.UNKNOWN, List.of())).startsWith("Unknown:");
    assertThat(Telling.relation(run, 0, 2, Answer.BEFORE, List.of()))
        .endsWith("not every message between them is recorded.");
  }

  private static String words(Played played, int left, int right) {
    int first = Math.min(left, right);
    List<Causality.Link> chain = played.chain(first, Math.max(left, right));
    return Telling.relation(played.run(), left, right, played.compare(left, right), chain);
  }
}
