package org.volvox.worlds.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.volvox.consensus.raft.Role;
import org.volvox.sim.fault.Fault;

class CoverageTest {
  @Test
  void namesWhatNeverCame() {
    Coverage coverage = new Coverage();
    coverage.count(new Fault.Wipe(0));
    coverage.count(Role.FOLLOWER, Role.PRE_CANDIDATE);
    coverage.count(Role.LEADER, Role.LEADER);
    Coverage sum = new Coverage();
    sum.add(coverage);
    sum.add(coverage);
    assertThat(sum.never())
        .doesNotContain("fault wipe", "role follower to pre candidate")
        .contains("fault bit flip", "role leader to follower", "message append");
    assertThat(sum.text()).contains("2 fault wipe\n").contains("0 fault crash\n");
  }

  @Test
  void aChangeOfRoleThatTheTableLacksIsAViolation() {
    assertThatThrownBy(() -> new Coverage().count(Role.FOLLOWER, Role.LEADER))
        .isInstanceOf(Violation.class);
  }
}
