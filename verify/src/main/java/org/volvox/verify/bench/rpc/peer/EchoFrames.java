package org.volvox.verify.bench.rpc.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/** Frames of the echo: u32 length of what follows, u8 kind, bytes. */
final class EchoFrames {
  /** Comes back as it is. */
  static final byte ECHO = 0;

  /** Asks for so many items. */
  static final byte DOWN = 1;

  /** One of a stream. */
  static final byte ITEM = 2;

  /** The last one; of a stream to the server it is answered by the same without bytes. */
  static final byte LAST = 3;

  private static final ByteBuf ITEM_FRAME = frozen(ITEM);
  private static final ByteBuf LAST_FRAME = frozen(LAST);

  private EchoFrames() {}

  private static ByteBuf frozen(byte kind) {
    return Unpooled.unreleasableBuffer(
        of(ByteBufAllocator.DEFAULT, kind, new byte[Work.ITEM_BYTES]).asReadOnly());
  }

  static ByteBuf of(ByteBufAllocator allocator, byte kind, byte[] bytes) {
    return allocator
        .directBuffer(Integer.BYTES + 1 + bytes.length)
        .writeInt(1 + bytes.length)
        .writeByte(kind)
        .writeBytes(bytes);
  }

  /** An item's frame; nothing of it is copied. */
  static ByteBuf item(boolean isLast) {
    return (isLast ? LAST_FRAME : ITEM_FRAME).duplicate();
  }

  static byte kind(ByteBuf frame) {
    return frame.getByte(frame.readerIndex() + Integer.BYTES);
  }

  static int bytes(ByteBuf frame) {
    return frame.readableBytes() - Integer.BYTES - 1;
  }

  static int number(ByteBuf frame) {
    return frame.getInt(frame.readerIndex() + Integer.BYTES + 1);
  }
}
