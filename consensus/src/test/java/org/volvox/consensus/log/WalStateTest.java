package org.volvox.consensus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.volvox.consensus.log.Logs.SMALL;
import static org.volvox.consensus.log.Logs.appendAndSync;
import static org.volvox.consensus.log.Logs.entry;
import static org.volvox.consensus.log.Logs.open;
import static org.volvox.consensus.log.Logs.state;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.DiskException;
import org.volvox.base.LogIndex;
import org.volvox.base.Term;
import org.volvox.consensus.raft.Recovered;

/** What a start makes of a log and a state that are not equally new. */
class WalStateTest {
  private final TestDisk disk = new TestDisk();

  private static StateAt at(long index, long term, long logged) {
    return new StateAt(new LogIndex(index), new Term(term), new LogIndex(logged), Optional.empty());
  }

  /** Entries 1 to 4 of terms 1, 1, 2, 2. */
  private TestDisk log() throws DiskException {
    Wal wal = open(disk).wal();
    appendAndSync(wal, state(2, 1), entry(1, 1, "a"), entry(1, 2, "b"));
    appendAndSync(wal, entry(2, 3, "c"), entry(2, 4, "d"));
    return disk;
  }

  private RaftWal.Start start(StateAt state) throws DiskException {
    return RaftWal.open(disk, SMALL, 1, state);
  }

  private Recovered ready(StateAt state) throws DiskException {
    return ((RaftWal.Start.Ready) start(state)).recovered();
  }

  @Test
  void aStateBehindTheLogKeepsIt() throws DiskException {
    log();
    Recovered found = ready(at(3, 2, 3));
    assertThat(found.lastIndex().value()).isEqualTo(4);
    assertThat(found.commit().value()).isEqualTo(3);
    assertThat(found.base()).isEqualTo(Recovered.Place.ZERO);
  }

  @Test
  void aStateThatOthersWereAheadWithGoesInFrontOfTheLog() throws DiskException {
    log();
    for (int start = 0; start < 2; start++) {
      Recovered found = ready(at(9, 3, 4));
      assertThat(found.base()).isEqualTo(new Recovered.Place(new LogIndex(9), new Term(3)));
      assertThat(found.lastIndex().value()).isEqualTo(9);
      assertThat(found.hardState().term().value()).isEqualTo(3);
      assertThat(found.hardState().votedFor()).isEmpty();
    }
  }

  @Test
  void aVoteOfTheSameTermIsKept() throws DiskException {
    log();
    assertThat(ready(at(9, 2, 4)).hardState().votedFor()).isPresent();
  }

  @Test
  void anEndThatContradictsTheStateIsGone() throws DiskException {
    log();
    Recovered found = ready(at(3, 3, 2));
    assertThat(found.base()).isEqualTo(new Recovered.Place(new LogIndex(3), new Term(3)));
    assertThat(found.lastIndex().value()).isEqualTo(3);
    assertThat(ready(at(3, 3, 3)).lastIndex().value()).isEqualTo(3);
  }

  @Test
  void anEntryThatThisLogHadIsDamageWhenItIsGone() throws DiskException {
    log();
    assertThat(((RaftWal.Start.Damaged) start(at(9, 3, 5))).damage().text())
        .contains("ends at entry 4, but it had entry 5");
  }

  @Test
  void aLogThatBeginsBehindTheStateWantsASnapshot() throws DiskException {
    log();
    ((RaftWal.Start.Ready) start(at(3, 2, 3))).wal().purge(new LogIndex(3), new Term(2));
    assertThat(start(at(2, 1, 2)))
        .isEqualTo(new RaftWal.Start.StateBehind(new LogIndex(3), new LogIndex(2)));
    assertThat(ready(at(3, 2, 3)).base().index().value()).isEqualTo(3);
  }

  @Test
  void aNewLogOfANewStateIsEmpty() throws DiskException {
    assertThat(ready(StateAt.NOTHING)).isEqualTo(Recovered.NOTHING);
    assertThatThrownBy(() -> at(3, 1, 4)).hasMessageContaining("logged up to 4");
  }
}
