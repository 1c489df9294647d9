package org.volvox.base.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

class KeyWordsTest {
  @Test
  void aTransactionGrowsTheStateIfItPutsInOneBranch() {
    KeyAct put = new KeyAct.Put(Bytes.utf8("k"), Bytes.EMPTY, 0, false);
    KeyAct delete = new KeyAct.Delete(KeyRange.ALL, false);
    KeyAct get = new KeyAct.Get(KeyRange.ALL, 0);
    for (boolean isPutting : List.of(true, false)) {
      List<KeyAct> acts = isPutting ? List.of(get, put) : List.of(get, delete);
      List<KeyAct> none = List.of(delete);
      for (KeyCall call :
          List.of(
              new KeyCall.Transact(17, List.of(), acts, none),
              new KeyCall.Transact(17, List.of(), none, acts))) {
        assertThat(Call.isGrowing(call.type(), call.body())).isEqualTo(isPutting);
      }
    }
  }

  @Test
  void rangesOfKeysAreWhatTheySay() {
    Bytes key = Bytes.utf8("k");
    Bytes next = key.concat(Bytes.wrap(new byte[1]));
    assertThat(KeyRange.one(key).isOne()).isTrue();
    assertThat(KeyRange.one(key).contains(key)).isTrue();
    assertThat(KeyRange.one(key).contains(next)).isFalse();
    assertThat(KeyRange.ALL.isOne()).isFalse();
    assertThat(KeyRange.prefix(key).isOne()).isFalse();
    assertThat(KeyRange.prefix(key).to()).contains(Bytes.utf8("l"));
    assertThat(KeyRange.prefix(Bytes.wrap(new byte[] {5, -1})).to())
        .contains(Bytes.wrap(new byte[] {6}));
    assertThat(KeyRange.prefix(Bytes.wrap(new byte[] {-1, -1})).to()).isEmpty();
    assertThat(KeyRange.ALL.contains(Bytes.EMPTY)).isTrue();
    assertThat(KeyRange.ALL.after(key)).isEqualTo(new KeyRange(next, Optional.empty()));
    assertThat(KeyRange.ALL.after(key).contains(key)).isFalse();
    assertThat(Consistency.ofWord("available")).contains(Consistency.AVAILABLE);
    assertThat(Consistency.ofWord("strong")).isEmpty();
  }

  @Test
  void rowsAndEventsSayHowLargeTheyAre() throws MalformedException {
    KeyRow row = new KeyRow(Bytes.utf8("k"), Bytes.utf8("value"), 2, 5, 3, 18);
    ByteWriter out = new ByteWriter();
    row.write(out);
    assertThat(row.encodedBytes()).isEqualTo(out.length());
    for (KeyEvent event :
        List.of(
            new KeyEvent(false, row, Optional.of(row)),
            new KeyEvent(true, row, Optional.empty()))) {
      ByteWriter bytes = new ByteWriter();
      event.write(bytes);
      assertThat(event.encodedBytes()).isEqualTo(bytes.length());
      assertThat(KeyEvent.read(new ByteReader(bytes.toBytes()))).isEqualTo(event);
    }
  }

  @Test
  void unknownCodesAreMalformed() {
    Bytes body = KeyCall.Transact.of(17, List.of(new KeyAct.Get(KeyRange.ALL, 0))).body();
    byte[] odd = body.toArray();
    // Version, space, no comparison, one act: its kind.
    odd[1 + 8 + 4 + 4] = 9;
    assertThatThrownBy(() -> KeyCall.decode(KeyCall.Transact.TYPE, Bytes.wrap(odd)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("unknown act of a transaction 9");
    assertThat(KeyCall.isPutting(Bytes.wrap(odd))).isFalse();
    KeyOutcome outcome =
        new KeyOutcome(1, true, List.of(new KeyOutcome.Done.Put(Optional.empty())));
    byte[] done = outcome.encode().toArray();
    done[1 + 8 + 1 + 4] = 9;
    assertThatThrownBy(() -> KeyOutcome.decode(Bytes.wrap(done)))
        .hasMessageContaining("unknown outcome of an act 9");
    KeyCompare compare = KeyCompare.absent(Bytes.utf8("k"));
    byte[] bytes =
        new KeyCall.Transact(17, List.of(compare), List.of(), List.of()).body().toArray();
    // Version, space, one comparison: a key of one byte, then its field and order.
    int at = 1 + 8 + 4 + 5;
    bytes[at] = 9;
    assertThatThrownBy(() -> KeyCall.decode(KeyCall.Transact.TYPE, Bytes.wrap(bytes)))
        .hasMessageContaining("unknown field of a comparison 9");
    bytes[at] = 1;
    bytes[at + 1] = 9;
    assertThatThrownBy(() -> KeyCall.decode(KeyCall.Transact.TYPE, Bytes.wrap(bytes)))
        .hasMessageContaining("unknown order of a comparison 9");
    KeyCall create = new KeyCall.CreateSpace("x", Consistency.CONSISTENT, SpaceRow.Bounds.DEFAULT);
    byte[] space = create.body().toArray();
    space[1 + 5] = 9;
    assertThatThrownBy(() -> KeyCall.decode(create.type(), Bytes.wrap(space)))
        .hasMessageContaining("unknown consistency 9");
  }
}
