package org.volvox.consensus.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.volvox.base.ByteReader;
import org.volvox.base.Bytes;
import org.volvox.base.Disk;
import org.volvox.base.DiskException;
import org.volvox.base.MalformedException;

/**
 * Reads frames of one log in any order, a piece of a file at a time; made for one pass, since it
 * does not see what is written meanwhile.
 */
final class FrameReader {
  /** How much is read at once: small frames should not cost a system call each. */
  private static final int PIECE_BYTES = 256 << 10;

  private final Disk disk;
  private final long logId;
  private long pieceSegment = -1;
  private long pieceOffset;
  private long segmentBytes;
  private Bytes piece = Bytes.EMPTY;

  /** What is at a place. */
  sealed interface Found {
    /** The frame that should be there, whole. */
    record Whole(Frame frame, List<WalRecord> records) implements Found {}

    /** No such frame; a torn write or damage. */
    record Broken(String why) implements Found {}

    /** Whole, but not for this program or this node. */
    record Foreign(String why, String whatToDo) implements Found {}
  }

  FrameReader(Disk disk, long logId) {
    this.disk = disk;
    this.logId = logId;
  }

  /** The frame at a place of a segment that exists. */
  Found read(Place place) throws DiskException {
    try {
      if (place.offset() + Frame.HEADER_BYTES > segmentBytes(place.segment())) {
        return new Found.Broken("the file ends here");
      }
      Frame frame = Frame.decode(bytes(place, Frame.HEADER_BYTES));
      if (frame.logId() != logId) {
        return new Found.Foreign(
            "it belongs to log "
                + Long.toHexString(frame.logId())
                + ", this node's is "
                + Long.toHexString(logId),
            "give the node its own folder back");
      }
      if (!isAt(frame, place)) {
        return new Found.Broken(
            "the frame here was written for segment "
                + frame.segment()
                + ", byte "
                + frame.offset());
      }
      Place payloadPlace = new Place(place.segment(), place.offset() + Frame.HEADER_BYTES);
      if (payloadPlace.offset() + frame.payloadBytes() > segmentBytes) {
        return new Found.Broken("the file ends within the frame");
      }
      Bytes payload = bytes(payloadPlace, frame.payloadBytes());
      if (payload.crc32c() != frame.payloadCrc()) {
        return new Found.Broken("the checksum does not match");
      }
      return whole(frame, payload);
    } catch (MalformedException broken) {
      return new Found.Broken(broken.getMessage());
    } catch (Frame.NewerException newer) {
      return new Found.Foreign(
          newer.getMessage(), "start this node with the newer version that wrote it");
    }
  }

  private static Found whole(Frame frame, Bytes payload) {
    try {
      return new Found.Whole(frame, records(payload, frame.records()));
    } catch (MalformedException unknown) {
      // The checksum holds, so this is what was written: nothing to cut.
      return new Found.Foreign(
          "the frame is whole but cannot be read: " + unknown.getMessage(),
          "start this node with the version that wrote it");
    }
  }

  /**
   * Looks behind a place, to the end of its segment, for a header that proves frame {@code number}
   * durable; {@code from} itself is included. Empty if there is none.
   */
  List<Frame> proofs(Place from, long number) throws DiskException {
    List<Frame> proofs = new ArrayList<>();
    long end = segmentBytes(from.segment()) - Frame.HEADER_BYTES;
    for (long at = from.offset(); at <= end && proofs.isEmpty(); at += Disk.SECTOR_BYTES) {
      Place place = new Place(from.segment(), at);
      Bytes header = bytes(place, Frame.HEADER_BYTES);
      if (header.at(0) != 0) {
        try {
          Frame frame = Frame.decode(header);
          if (frame.logId() == logId && isAt(frame, place) && frame.durable() >= number) {
            proofs.add(frame);
          }
        } catch (MalformedException | Frame.NewerException nothing) {
          // Payload, padding or a torn header.
        }
      }
    }
    return proofs;
  }

  /** The highest number that any header in its place proves durable; 0 if none does. */
  long durableNumber(List<Long> segments) throws DiskException {
    long durable = 0;
    for (long segment : segments) {
      for (Place place = new Place(segment, 0); hasHeader(place); place = nextSector(place)) {
        Bytes header = bytes(place, Frame.HEADER_BYTES);
        if (Frame.mayBeginWith(header)) {
          try {
            Frame frame = Frame.decode(header);
            if (frame.logId() == logId && isAt(frame, place)) {
              durable = Math.max(durable, frame.durable());
            }
          } catch (MalformedException | Frame.NewerException nothing) {
            // Payload, padding or a torn header.
          }
        }
      }
    }
    return durable;
  }

  /**
   * The first whole frame from a place on, in its segment, that has a number above {@code number}
   * and says where the log stood before it.
   */
  Optional<Place> telling(Place from, long number) throws DiskException {
    for (Place place = from; hasHeader(place); place = nextSector(place)) {
      if (Frame.mayBeginWith(bytes(place, Frame.HEADER_BYTES))
          && read(place) instanceof Found.Whole(var frame, _)
          && frame.number() > number
          && (place.offset() == 0) == (frame.kind() == Frame.Kind.HEAD)
          && tells(frame)) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  /** A head, and any frame of version 2 but a seal, has a checkpoint of each group there is. */
  private static boolean tells(Frame frame) {
    return switch (frame.kind()) {
      case HEAD -> true;
      case SEAL -> false;
      case DATA, MARK -> frame.version() > Frame.VERSION_SILENT;
    };
  }

  private boolean hasHeader(Place place) throws DiskException {
    return place.offset() + Frame.HEADER_BYTES <= segmentBytes(place.segment());
  }

  private static Place nextSector(Place place) {
    return new Place(place.segment(), place.offset() + Disk.SECTOR_BYTES);
  }

  /** The sectors from a place on that are not zero, as offsets. */
  List<Long> usedSectors(Place from) throws DiskException {
    List<Long> used = new ArrayList<>();
    long end = segmentBytes(from.segment());
    for (long at = from.offset(); at < end; at += Disk.SECTOR_BYTES) {
      int length = (int) Math.min(Disk.SECTOR_BYTES, end - at);
      Bytes sector = bytes(new Place(from.segment(), at), length);
      for (int i = 0; i < length; i++) {
        if (sector.at(i) != 0) {
          used.add(at);
          break;
        }
      }
    }
    return used;
  }

  long segmentBytes(long segment) throws DiskException {
    if (segment != pieceSegment) {
      pieceSegment = segment;
      piece = Bytes.EMPTY;
      segmentBytes = disk.size(Segments.name(segment));
    }
    return segmentBytes;
  }

  private static boolean isAt(Frame frame, Place place) {
    return frame.segment() == place.segment() && frame.offset() == place.offset();
  }

  private static List<WalRecord> records(Bytes payload, int count) throws MalformedException {
    ByteReader in = new ByteReader(payload);
    List<WalRecord> records = new ArrayList<>();
    while (in.remaining() > 0) {
      records.add(WalRecord.decode(in));
    }
    if (records.size() != count) {
      throw new MalformedException("frame of " + records.size() + " records, not " + count);
    }
    return records;
  }

  private Bytes bytes(Place place, int length) throws DiskException {
    long within = place.offset() - pieceOffset;
    if (place.segment() != pieceSegment || within < 0 || within + length > piece.length()) {
      long size = segmentBytes(place.segment());
      int wanted = (int) Math.min(Math.max(length, PIECE_BYTES), size - place.offset());
      piece = disk.read(Segments.name(place.segment()), place.offset(), wanted);
      pieceOffset = place.offset();
      within = 0;
    }
    return piece.slice((int) within, (int) within + length);
  }
}
