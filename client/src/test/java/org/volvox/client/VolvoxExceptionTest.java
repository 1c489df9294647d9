package org.volvox.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.volvox.base.SessionId;
import org.volvox.base.syscall.Status;

final class VolvoxExceptionTest {
  @ParameterizedTest
  @EnumSource(value = Status.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void aRefusalSaysThatNothingWasWrittenUnlessTheRequestIsForgotten(Status status) {
    boolean isForgotten = status == Status.SESSION_EXPIRED || status == Status.FORGOTTEN;
    assertThat(VolvoxException.refused(status, "no").isNothingWritten()).isEqualTo(!isForgotten);
  }

  @Test
  void anUnknownOutcomeMayHaveBeenWritten() {
    RequestId id = new RequestId(new SessionId(3), 7);
    assertThat(VolvoxException.unknown(id, "silence").isNothingWritten()).isFalse();
  }
}
