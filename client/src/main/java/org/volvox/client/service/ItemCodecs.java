package org.volvox.client.service;

import org.jspecify.annotations.Nullable;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.rpc.marshal.MethodCodec;

/** The codecs of a method's streams. */
final class ItemCodecs {
  private ItemCodecs() {}

  static Items.Codec ofArguments(MethodCodec method) {
    return new Of(method) {
      @Override
      public Bytes encode(@Nullable Object item) {
        return method.encodeArgumentItem(item);
      }

      @Override
      public @Nullable Object decode(Bytes bytes) throws MalformedException {
        return method.decodeArgumentItem(bytes);
      }
    };
  }

  static Items.Codec ofResults(MethodCodec method) {
    return new Of(method) {
      @Override
      public Bytes encode(@Nullable Object item) {
        return method.encodeResultItem(item);
      }

      @Override
      public @Nullable Object decode(Bytes bytes) throws MalformedException {
        return method.decodeResultItem(bytes);
      }
    };
  }

  private abstract static class Of implements Items.Codec {
    private final MethodCodec method;

    Of(MethodCodec method) {
      this.method = method;
    }

    @Override
    public Bytes encodeFailure(Throwable failure) {
      return method.encodeThrown(failure);
    }

    @Override
    public Throwable decodeFailure(Bytes bytes) throws MalformedException {
      return method.decodeThrown(bytes);
    }
  }
}
