package org.volvox.verify.bench.rpc.peer;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** The methods and what serves them; messages are bytes as they are. */
final class GrpcMethods {
  private static final String SERVICE = "bench.Echo";
  private static final byte[] ITEM = new byte[Work.ITEM_BYTES];

  static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> DOWN = method("Down", MethodType.SERVER_STREAMING);
  static final MethodDescriptor<byte[], byte[]> UP = method("Up", MethodType.CLIENT_STREAMING);

  private GrpcMethods() {}

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setType(type)
        .setRequestMarshaller(new AsIs())
        .setResponseMarshaller(new AsIs())
        .build();
  }

  static byte[] item() {
    return ITEM;
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  static int number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getInt();
  }

  static ServerServiceDefinition served() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(ECHO, ServerCalls.asyncUnaryCall(GrpcMethods::echo))
        .addMethod(DOWN, ServerCalls.asyncServerStreamingCall(GrpcMethods::down))
        .addMethod(UP, ServerCalls.asyncClientStreamingCall(Counting::new))
        .build();
  }

  private static void echo(byte[] payload, StreamObserver<byte[]> to) {
    to.onNext(payload);
    to.onCompleted();
  }

  private static void down(byte[] count, StreamObserver<byte[]> to) {
    ServerCallStreamObserver<byte[]> caller = (ServerCallStreamObserver<byte[]>) to;
    GrpcPump pump = new GrpcPump(caller, number(count));
    caller.setOnReadyHandler(pump);
  }

  private static final class AsIs implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readNBytes(stream.available());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Counts items and tells how many came. */
  private static final class Counting implements StreamObserver<byte[]> {
    private final StreamObserver<byte[]> to;
    private int count;

    Counting(StreamObserver<byte[]> to) {
      this.to = to;
    }

    @Override
    public void onNext(byte[] item) {
      Line.requireSame(Work.ITEM_BYTES, item.length);
      count++;
    }

    @Override
    public void onError(Throwable failure) {
      // The caller is gone.
    }

    @Override
    public void onCompleted() {
      to.onNext(number(count));
      to.onCompleted();
    }
  }
}
