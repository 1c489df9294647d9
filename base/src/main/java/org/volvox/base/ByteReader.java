package org.volvox.base;

/**
 * Reads what {@link ByteWriter} wrote. Every length is checked against what is there before
 * anything is allocated, so that no input makes it use more memory than it has bytes.
 */
public final class ByteReader {
  private final Bytes bytes;
  private int at;

  public ByteReader(Bytes bytes) {
    this.bytes = bytes;
  }

  public int remaining() {
    return bytes.length() - at;
  }

  public int position() {
    return at;
  }

  public int u8() throws MalformedException {
    need(1);
    return bytes.at(at++) & 0xFF;
  }

  public int u16() throws MalformedException {
    return u8() << 8 | u8();
  }

  public int u32() throws MalformedException {
    need(4);
    return u8() << 24 | u8() << 16 | u8() << 8 | u8();
  }

  public long u64() throws MalformedException {
    need(8);
    long high = u32();
    return high << 32 | (u32() & 0xFFFFFFFFL);
  }

  public boolean bool() throws MalformedException {
    int value = u8();
    if (value > 1) {
      throw new MalformedException("not a boolean at byte " + (at - 1) + ": " + value);
    }
    return value == 1;
  }

  public Bytes raw(int length) throws MalformedException {
    need(length);
    at += length;
    return bytes.slice(at - length, at);
  }

  public Bytes bytes() throws MalformedException {
    return raw(u32());
  }

  /** UTF-8 that is well formed, so that the same text has the same bytes again. */
  public String text() throws MalformedException {
    Bytes utf8 = bytes();
    String text = utf8.utf8();
    // A decoder puts this character for what it cannot read.
    if (text.indexOf('\uFFFD') >= 0 && !Bytes.utf8(text).equals(utf8)) {
      throw new MalformedException("text before byte " + at + " is not UTF-8");
    }
    return text;
  }

  /** A count of items of at least {@code itemBytesMin} bytes each, checked against what remains. */
  public int count(int itemBytesMin) throws MalformedException {
    int count = u32();
    if (count < 0 || count > remaining() / Math.max(1, itemBytesMin)) {
      throw new MalformedException("count " + count + " does not fit " + remaining() + " bytes");
    }
    return count;
  }

  /** Fails unless everything was read. */
  public void end() throws MalformedException {
    if (remaining() != 0) {
      throw new MalformedException(remaining() + " bytes too many at byte " + at);
    }
  }

  private void need(int count) throws MalformedException {
    if (count < 0 || count > remaining()) {
      throw new MalformedException(
          "needs " + count + " bytes at byte " + at + ", has " + remaining());
    }
  }
}
