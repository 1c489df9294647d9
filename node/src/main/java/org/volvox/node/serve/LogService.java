package org.volvox.node.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.CallException;
import org.volvox.calls.CallStatus;
import org.volvox.calls.message.NodeLogRequest;
import org.volvox.rpc.InboundCall;

/** Shows the end of the node's own log, in whole lines. */
public final class LogService {
  private static final int BYTES_MAX = 1 << 20;
  private static final int CHUNK_BYTES = 64 << 10;

  private final Path file;

  public LogService(Path file) {
    this.file = file;
  }

  /** Sends the last bytes of the log in order. */
  public void read(InboundCall call) throws CallException, InterruptedException {
    Bytes tail;
    try {
      Bytes request =
          call.receive()
              .orElseThrow(() -> new CallException(CallStatus.MALFORMED, "no request was sent"));
      tail = tail(Math.min(BYTES_MAX, NodeLogRequest.decode(request).bytesMax()));
    } catch (MalformedException e) {
      throw new CallException(CallStatus.MALFORMED, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      throw new CallException(CallStatus.NOT_FOUND, "this node writes no log file");
    } catch (IOException e) {
      throw new CallException(CallStatus.FAILED, "cannot read " + file + ": " + e.getMessage());
    }
    for (int at = 0; at < tail.length(); at += CHUNK_BYTES) {
      call.send(tail.slice(at, Math.min(tail.length(), at + CHUNK_BYTES)));
    }
    call.complete();
  }

  private Bytes tail(int bytesMax) throws IOException {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      long from = Math.max(0, in.size() - bytesMax);
      ByteBuffer buffer = ByteBuffer.allocate((int) (in.size() - from));
      int read = 0;
      while (buffer.hasRemaining() && read >= 0) {
        read = in.read(buffer, from + buffer.position());
      }
      Bytes bytes = Bytes.wrap(buffer.array(), 0, buffer.position());
      return from == 0 ? bytes : afterFirstLine(bytes);
    }
  }

  private static Bytes afterFirstLine(Bytes bytes) {
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.at(i) == '\n') {
        return bytes.slice(i + 1, bytes.length());
      }
    }
    return bytes;
  }
}
