package org.volvox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.DiskException;
import org.volvox.base.clock.LamportTime;

class ClockReservationTest {
  @TempDir Path folder = Path.of("");

  @Test
  void startsAboveAllThatWasReserved() throws DiskException {
    try (FileDisk disk = new FileDisk(folder)) {
      ClockReservation first = ClockReservation.open(disk);
      assertThat(first.start()).isEqualTo(LamportTime.ZERO);
      LamportTime used = new LamportTime(ClockReservation.BLOCK_TICKS - 1);
      assertThat(first.covers(used)).isTrue();
      assertThat(first.covers(used.next())).isFalse();
      LamportTime jumped = new LamportTime(1L << 30);
      first.reserve(jumped);
      assertThat(first.covers(jumped)).isTrue();
      ClockReservation second = ClockReservation.open(disk);
      assertThat(second.start().ticks()).isGreaterThan(jumped.ticks());
      assertThat(first.covers(second.start())).isFalse();
      assertThat(ClockReservation.open(disk).start()).isGreaterThan(second.start());
    }
  }

  @Test
  void reservesOnlyWhenLow() throws DiskException {
    try (FileDisk disk = new FileDisk(folder)) {
      ClockReservation clock = ClockReservation.open(disk);
      LamportTime early = new LamportTime(5);
      assertThat(clock.isLow(early)).isFalse();
      clock.reserve(early);
      assertThat(clock.covers(new LamportTime(ClockReservation.BLOCK_TICKS))).isFalse();
      LamportTime late = new LamportTime(ClockReservation.BLOCK_TICKS / 2);
      assertThat(clock.isLow(late)).isTrue();
      clock.reserve(late);
      assertThat(clock.covers(new LamportTime(ClockReservation.BLOCK_TICKS))).isTrue();
    }
  }

  @Test
  void tornWriteLeavesTheOtherSlot() throws DiskException {
    try (FileDisk disk = new FileDisk(folder)) {
      ClockReservation.open(disk);
      ClockReservation second = ClockReservation.open(disk);
      LamportTime third = ClockReservation.open(disk).start();
      assertThat(third.ticks()).isEqualTo(2 * ClockReservation.BLOCK_TICKS);
      // The third write went to the second slot, as the first one did.
      disk.write("clock", 512 + 20, Bytes.wrap(new byte[] {1}));
      assertThat(ClockReservation.open(disk).start().ticks())
          .isEqualTo(second.start().ticks() + ClockReservation.BLOCK_TICKS);
    }
  }

  @Test
  void refusesANewerVersion() throws DiskException {
    try (FileDisk disk = new FileDisk(folder)) {
      ClockReservation.open(disk);
      Bytes head = disk.read("clock", 512, 24);
      byte[] newer = head.toArray();
      newer[4] = 2;
      Bytes bytes = Bytes.wrap(newer);
      disk.write("clock", 512, bytes.concat(new ByteWriter().u32(bytes.crc32c()).toBytes()));
      assertThatThrownBy(() -> ClockReservation.open(disk)).hasMessageContaining("version 2");
    }
  }
}
