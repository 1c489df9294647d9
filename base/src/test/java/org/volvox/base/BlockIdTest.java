package org.volvox.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlockIdTest {
  private static final List<BlockId> ORDERED =
      List.of(
          new BlockId(0, 0, 0),
          new BlockId(0, 0, BlockId.SEQ_MAX),
          new BlockId(0, 1, 0),
          new BlockId(0, 0xFFFF, 5),
          new BlockId(0, 0x10000, 4),
          new BlockId(0, Long.MAX_VALUE, BlockId.SEQ_MAX),
          new BlockId(1, 0, 0),
          new BlockId(0xFFFF, Long.MAX_VALUE, BlockId.SEQ_MAX));

  @Test
  void comesBackFromItsBytes() throws MalformedException {
    for (BlockId id : ORDERED) {
      ByteWriter out = new ByteWriter();
      id.encode(out);
      assertThat(out.length()).isEqualTo(BlockId.ENCODED_BYTES);
      assertThat(BlockId.decode(new ByteReader(out.toBytes()))).isEqualTo(id);
    }
  }

  @Test
  void isOrderedAsItsBytes() {
    assertThat(ORDERED.reversed().stream().sorted()).isEqualTo(ORDERED);
    assertThat(new BlockId(1, 2, 3).compareTo(new BlockId(1, 2, 3))).isZero();
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> new BlockId(-1, 0, 0)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new BlockId(0x10000, 0, 0)).hasMessageContaining("65536");
    assertThatThrownBy(() -> new BlockId(0, -1, 0)).hasMessageContaining("session -1");
    assertThatThrownBy(() -> new BlockId(0, 0, -1)).hasMessageContaining("number -1");
    assertThatThrownBy(() -> new BlockId(0, 0, BlockId.SEQ_MAX + 1)).hasMessageContaining("number");
    Bytes negative = new ByteWriter().u64(-1).u64(-1).toBytes();
    assertThatThrownBy(() -> BlockId.decode(new ByteReader(negative)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void printsItsParts() {
    assertThat(new BlockId(0, 17, 3)).hasToString("b0.17.3");
  }
}
