package org.volvox.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.base.Pid;

class EndedProgramsTest {
  private final EndedPrograms ended = new EndedPrograms();

  private ProgramStreams end(int pid, String said) throws InterruptedException {
    ProgramStreams streams = ProgramStreams.ofNotStarted(said);
    ended.add(new Pid(pid), streams);
    return streams;
  }

  @Test
  void keepsAsManyAsAllowed() throws Exception {
    for (int pid = 1; pid <= EndedPrograms.COUNT_MAX; pid++) {
      end(pid, "no");
      assertThat(ended.giveUp()).isEmpty();
    }
    end(EndedPrograms.COUNT_MAX + 1, "no");
    assertThat(ended.giveUp()).containsExactly(new Pid(1));
    assertThat(ended.size()).isEqualTo(EndedPrograms.COUNT_MAX);
  }

  @Test
  void whatWasReadWholeGoesFirstAndWhatIsBeingReadStays() throws Exception {
    ProgramStreams first = end(1, "no");
    ProgramStreams second = end(2, "no");
    for (int pid = 3; pid <= EndedPrograms.COUNT_MAX + 2; pid++) {
      end(pid, "no");
    }
    assertThat(first.come(0, 0)).isTrue();
    String all = "volvox: no\n";
    second.error().take(all.length());
    assertThat(second.isDrained()).isTrue();
    assertThat(ended.giveUp()).containsExactly(new Pid(2), new Pid(3));
    assertThat(ended.contains(new Pid(1))).isTrue();
  }

  @Test
  void memoryIsBoundedToo() throws Exception {
    String much = "x".repeat(200 << 10);
    List<Pid> gone = new ArrayList<>();
    int count = (int) (EndedPrograms.BYTES_MAX / much.length()) + 10;
    long bytes = 0;
    for (int pid = 1; pid <= count; pid++) {
      bytes += end(pid, much).memoryBytes();
      gone.addAll(ended.giveUp());
    }
    assertThat(gone).isNotEmpty().startsWith(new Pid(1));
    long each = bytes / count;
    assertThat(ended.size() * each).isLessThanOrEqualTo(EndedPrograms.BYTES_MAX);
    assertThat((ended.size() + 1) * each).isGreaterThan(EndedPrograms.BYTES_MAX);
  }
}
