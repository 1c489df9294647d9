package org.volvox.base.syscall;

import java.util.List;
import org.volvox.base.ByteWriter;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;

/**
 * How many copies blocks shall have, and how many have fewer, fewest first: one row for each number
 * of copies that some groups with blocks have. Blocks are counted up to {@link
 * RiskReport#BLOCKS_MAX} in all.
 */
public record CopiesReport(int wanted, List<Row> rows) {
  /** So many blocks have so many copies. */
  public record Row(int copies, long blocks) {}

  public CopiesReport {
    rows = List.copyOf(rows);
  }

  public long blocks() {
    return rows.stream().mapToLong(Row::blocks).sum();
  }

  public Bytes encode() {
    ByteWriter out = Wire.begin().u32(wanted);
    Wire.list(out, rows, (to, row) -> to.u32(row.copies).u64(row.blocks));
    return out.toBytes();
  }

  public static CopiesReport decode(Bytes bytes) throws MalformedException {
    return Wire.decode(
        bytes,
        "report of copies",
        in -> new CopiesReport(in.u32(), Wire.list(in, 12, row -> new Row(row.u32(), row.u64()))));
  }
}
