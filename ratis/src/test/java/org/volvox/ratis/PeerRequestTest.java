package org.volvox.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/** The format of PEER_ENGINE, version 1, as it is on the wire: never to be rewritten. */
class PeerRequestTest {
  @Test
  void requestsOfVersionOne() throws Exception {
    for (PeerRequest.Kind kind : PeerRequest.Kind.values()) {
      PeerRequest request = new PeerRequest(kind, Bytes.utf8("x"));
      assertThat(PeerRequest.decode(request.encode())).isEqualTo(request);
    }
    assertThat(golden(PeerRequest.Kind.VOTE)).isEqualTo("010178");
    assertThat(golden(PeerRequest.Kind.APPEND)).isEqualTo("010278");
    assertThat(golden(PeerRequest.Kind.SNAPSHOT)).isEqualTo("010378");
    assertThat(golden(PeerRequest.Kind.ELECT)).isEqualTo("010478");
    assertThat(golden(PeerRequest.Kind.TERM)).isEqualTo("010578");
    assertThat(golden(PeerRequest.Kind.READ)).isEqualTo("010678");
    assertThat(PeerRequest.number(258).hex()).isEqualTo("0000000000000102");
    assertThat(PeerRequest.number(PeerRequest.number(258))).isEqualTo(258);
  }

  private static String golden(PeerRequest.Kind kind) {
    return new PeerRequest(kind, Bytes.utf8("x")).encode().hex();
  }

  @Test
  void whatIsNoRequestIsRefused() {
    for (byte[] bytes : new byte[][] {{}, {1}, {2, 1}, {1, 0}, {1, 7}}) {
      assertThatThrownBy(() -> PeerRequest.decode(Bytes.wrap(bytes)))
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> PeerRequest.number(Bytes.wrap(new byte[7])))
        .isInstanceOf(MalformedException.class);
    byte[] negative = {-1, 0, 0, 0, 0, 0, 0, 0};
    assertThatThrownBy(() -> PeerRequest.number(Bytes.wrap(negative)))
        .isInstanceOf(MalformedException.class);
  }
}
