package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.Api;
import org.volvox.base.ByteReader;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * Keys of a range in their order, all as of one revision.
 *
 * @param revision the newest of the space when it was read; ask for it to read on as of then
 * @param count keys in the whole range; when {@code more}, the rows here, or as many as were
 *     counted
 * @param more whether the range has further keys behind the last
 */
@Api
public record KeyPage(long revision, List<KeyRow> rows, long count, boolean more) {
  public KeyPage {
    rows = List.copyOf(rows);
  }

  void write(ByteWriter out) {
    out.u64(revision);
    Wire.list(out, rows, (to, row) -> row.write(to));
    out.u64(count).bool(more);
  }

  static KeyPage read(ByteReader in) throws MalformedException {
    return new KeyPage(
        in.u64(), Wire.list(in, KeyRow.ENCODED_BYTES_MIN, KeyRow::read), in.u64(), in.bool());
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin();
    write(out);
    return out.toBytes();
  }

  public static KeyPage decode(Bytes bytes) throws MalformedException {
    return Wire.decode(bytes, "page of keys", KeyPage::read);
  }
}
