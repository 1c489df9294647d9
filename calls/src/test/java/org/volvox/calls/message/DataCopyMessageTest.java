package org.volvox.calls.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.message.DataCopyMessage.Had;
import org.volvox.calls.message.DataCopyMessage.Offer;
import org.volvox.calls.message.DataCopyMessage.Request;
import org.volvox.calls.message.DataCopyMessage.Resume;

/** What passes in DATA_COPY, byte for byte. */
class DataCopyMessageTest {
  private static final DataToken SEEN = new DataToken(Map.of(7L, 3L, 9L, 1L));
  private static final String SEEN_HEX =
      "00000002" + "00000000000000070000000000000003" + "00000000000000090000000000000001";

  @Test
  void requestsHaveTheirForm() throws MalformedException {
    Request look = new Request.Look();
    Request first = new Request.Fetch(SEEN, true, Optional.empty());
    Request next =
        new Request.Fetch(DataToken.NONE, false, Optional.of(new Resume(5, Bytes.utf8("k"))));
    assertThat(look.encode().hex()).isEqualTo("0101");
    assertThat(first.encode().hex()).isEqualTo("0102" + SEEN_HEX + "0100");
    assertThat(next.encode().hex())
        .isEqualTo("0102" + "00000000" + "0001" + "0000000000000005" + "000000016b");
    for (Request each : List.of(look, first, next)) {
      Bytes bytes = each.encode();
      assertThat(Request.decode(bytes)).isEqualTo(each);
      for (int cut = 0; cut < bytes.length(); cut++) {
        Bytes shorter = bytes.slice(0, cut);
        assertThatThrownBy(() -> Request.decode(shorter)).isInstanceOf(MalformedException.class);
      }
    }
    assertThatThrownBy(() -> Request.decode(Bytes.wrap(new byte[] {1, 3})))
        .hasMessageContaining("of kind 3");
  }

  @Test
  void answersHaveTheirForm() throws MalformedException {
    assertThat(new Had(SEEN).encode().hex()).isEqualTo("01" + SEEN_HEX);
    assertThat(Had.decode(new Had(SEEN).encode())).isEqualTo(new Had(SEEN));
    Offer offer = new Offer(5, SEEN);
    assertThat(offer.encode().hex()).isEqualTo("01" + "0000000000000005" + SEEN_HEX);
    assertThat(Offer.decode(offer.encode())).isEqualTo(offer);
    assertThatThrownBy(() -> Offer.decode(Bytes.wrap(new byte[] {2})))
        .hasMessageContaining("of version 2");
    assertThatThrownBy(() -> Had.decode(offer.encode())).isInstanceOf(MalformedException.class);
  }

  @Test
  void aTokenCoversWhatItHasSeen() {
    DataToken less = new DataToken(Map.of(7L, 2L));
    assertThat(SEEN.covers(less)).isTrue();
    assertThat(SEEN.covers(SEEN)).isTrue();
    assertThat(SEEN.covers(DataToken.NONE)).isTrue();
    assertThat(less.covers(SEEN)).isFalse();
    assertThat(SEEN.covers(new DataToken(Map.of(8L, 1L)))).isFalse();
  }
}
