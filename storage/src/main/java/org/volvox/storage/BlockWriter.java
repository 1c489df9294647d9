package org.volvox.storage;

import java.io.IOException;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.volvox.base.BlockId;
import org.volvox.base.Bytes;

/**
 * One block on its way into the {@link BlockStore}, in parts, so that memory holds a part only. One
 * thread uses it; closing without {@link #commit} gives the block up.
 */
public final class BlockWriter implements AutoCloseable {
  /** What is copied at a time: a big part is never in memory twice. */
  private static final int STEP_BYTES = 256 * 1024;

  private final BlockStore store;
  private final BlockId id;
  private final int length;
  private final int crc;
  private final Optional<BlockStore.Reserved> place;
  private final CRC32C checksum = new CRC32C();
  private Optional<BlockPut> outcome;
  private int written;

  BlockWriter(BlockStore store, BlockId id, int length, int crc, BlockStore.Reserved place) {
    this.store = store;
    this.id = id;
    this.length = length;
    this.crc = crc;
    this.place = Optional.of(place);
    this.outcome = Optional.empty();
  }

  /** Of a block whose outcome is known before its first part. */
  BlockWriter(BlockStore store, BlockId id, BlockPut outcome) {
    this.store = store;
    this.id = id;
    this.length = 0;
    this.crc = 0;
    this.place = Optional.empty();
    this.outcome = Optional.of(outcome);
  }

  /** What is known before the end: it is here already, or it cannot be stored. */
  public Optional<BlockPut> outcome() {
    return outcome;
  }

  /** Takes the next part. After a failure it does nothing; {@link #commit} tells. */
  public void write(Bytes part) {
    if (outcome.isPresent() || place.isEmpty()) {
      return;
    }
    if (part.length() > length - written) {
      giveUp(new BlockPut.Refused(id + " is longer than the " + length + " bytes announced"));
      return;
    }
    try {
      for (int from = 0; from < part.length(); from += STEP_BYTES) {
        writeStep(
            part.slice(from, Math.min(part.length(), from + STEP_BYTES)).toArray(), place.get());
      }
    } catch (IOException failed) {
      giveUp(failure("write", id, failed));
    }
  }

  private void writeStep(byte[] step, BlockStore.Reserved reserved) throws IOException {
    reserved.segment().write(step, reserved.offset() + BlockRecord.HEADER_BYTES + written);
    checksum.update(step);
    written += step.length;
  }

  /** Makes the block durable, if it is what was announced. */
  public BlockPut commit() {
    if (outcome.isEmpty() && place.isPresent()) {
      if (written != length) {
        giveUp(new BlockPut.Refused(id + " has " + written + " bytes, not " + length));
      } else if ((int) checksum.getValue() != crc) {
        giveUp(
            new BlockPut.Refused(id + " does not match its checksum; it was damaged on its way"));
      } else {
        outcome = Optional.of(store.finish(place.get(), id, length, crc));
      }
    }
    return outcome.orElseThrow();
  }

  @Override
  public void close() {
    if (outcome.isEmpty()) {
      giveUp(new BlockPut.Failed(id + " was given up"));
    }
  }

  private void giveUp(BlockPut why) {
    outcome = Optional.of(why);
    place.ifPresent(store::abandon);
  }

  static BlockPut known(BlockId id, BlockIndex.Where there, int length, int crc) {
    return there.length() == length && there.crc() == crc
        ? new BlockPut.Stored()
        : new BlockPut.Refused(id + " is here already with other bytes");
  }

  static BlockPut failure(String what, BlockId id, IOException failed) {
    return Folders.isFull(failed)
        ? new BlockPut.Full("cannot " + what + " " + id + ": no space left on the disk")
        : new BlockPut.Failed("cannot " + what + " " + id + ": " + failed);
  }
}
