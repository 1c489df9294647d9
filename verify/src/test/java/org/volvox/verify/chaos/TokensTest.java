package org.volvox.verify.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a lock must not do. */
final class TokensTest {
  private final Tokens tokens = new Tokens();

  @Test
  void tokensThatGoUpAreRight() {
    assertThat(tokens.wrote(10, 4)).isEmpty();
    assertThat(tokens.wrote(12, 4)).isEmpty();
    assertThat(tokens.wrote(20, 7)).isEmpty();
    assertThat(tokens.wrote(11, 4)).isEmpty();
    assertThat(tokens.writes()).isEqualTo(4);
  }

  @Test
  void aTokenThatGoesDownIsCaught() {
    assertThat(tokens.wrote(10, 7)).isEmpty();
    assertThat(tokens.wrote(11, 4))
        .hasValue("token 4 is accepted at revision 11, 7 at revision 10");
  }

  @Test
  void aTokenThatGoesDownIsCaughtAlsoIfItIsToldFirst() {
    assertThat(tokens.wrote(11, 4)).isEmpty();
    assertThat(tokens.wrote(10, 7))
        .hasValue("token 7 is accepted at revision 10, 4 at revision 11");
  }

  @Test
  void holdersInTurnAreRight() {
    assertThat(tokens.held(1, 100, 200)).isEmpty();
    assertThat(tokens.held(3, 300, 400)).isEmpty();
    assertThat(tokens.held(2, 200, 300)).isEmpty();
  }

  @Test
  void oneThatLostItAtOnceHeldItWithNobody() {
    assertThat(tokens.held(1, 150, 150)).isEmpty();
    assertThat(tokens.held(2, 100, 200)).isEmpty();
  }

  @Test
  void twoHoldersAtATimeAreCaught() {
    assertThat(tokens.held(1, 100, 200)).isEmpty();
    assertThat(tokens.held(2, 190, 300))
        .hasValue("holders 1 and 2 had it at the same time, for 10 ns");
  }

  @Test
  void aHolderWithinTheTimeOfAnotherIsCaught() {
    assertThat(tokens.held(2, 120, 150)).isEmpty();
    assertThat(tokens.held(1, 100, 200))
        .hasValue("holders 2 and 1 had it at the same time, for 30 ns");
  }
}
