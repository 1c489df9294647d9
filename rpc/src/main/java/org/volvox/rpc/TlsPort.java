package org.volvox.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;

/** A TCP connection under TLS 1.3, whose other end showed a certificate of the cluster. */
final class TlsPort implements SocketPort {
  private final TlsRecords records;
  private final Identity identity;

  private TlsPort(TlsRecords records, Identity identity) {
    this.records = records;
    this.identity = identity;
  }

  /** Who is at the other end, by its certificate. */
  Identity identity() {
    return identity;
  }

  static TlsPort connect(InetSocketAddress address, TlsMaterial material, Duration timeout)
      throws CallException {
    int millis = (int) Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE));
    CallPhase phase = CallPhase.CONNECT;
    try (Opening opening = new Opening(SocketChannel.open())) {
      opening.channel.socket().connect(address, millis);
      phase = CallPhase.TLS;
      return opening.secure(
          new TlsRecords.Ends(
              material, material.clientEngine(address.getHostString(), address.getPort())),
          timeout);
    } catch (IOException | CertificateException failed) {
      String shown = address.toString().replaceFirst("^.*/", "");
      throw new CallException(
          CallStatus.UNAVAILABLE,
          phase,
          false,
          (phase == CallPhase.CONNECT ? "cannot connect to " : "no secure connection to ")
              + shown
              + ": "
              + Optional.ofNullable(failed.getMessage()).orElse(failed.toString()));
    }
  }

  /** Secures a connection that came in; the handshake must be done within this time. */
  static TlsPort accept(SocketChannel channel, TlsMaterial material, Duration timeout)
      throws IOException, CertificateException {
    try (Opening opening = new Opening(channel)) {
      return opening.secure(new TlsRecords.Ends(material, material.serverEngine()), timeout);
    }
  }

  /** Closes the channel, and what waits at it, unless the connection came to be. */
  private static final class Opening implements AutoCloseable {
    private final SocketChannel channel;
    private Optional<ChannelPort> below = Optional.empty();
    private boolean isOpen;

    Opening(SocketChannel channel) {
      this.channel = channel;
    }

    TlsPort secure(TlsRecords.Ends ends, Duration timeout)
        throws IOException, CertificateException {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      ChannelPort socket = ChannelPort.of(channel);
      below = Optional.of(socket);
      TlsRecords records = new TlsRecords(socket, ends.engine());
      records.shakeHands(timeout);
      TlsPort port = new TlsPort(records, ends.material().authenticate(ends.engine().getSession()));
      isOpen = true;
      return port;
    }

    @Override
    public void close() throws IOException {
      if (!isOpen && below.isPresent()) {
        below.get().close();
      } else if (!isOpen) {
        channel.close();
      }
    }
  }

  @Override
  public int tryRead(byte[] array, int offset, int length) throws IOException {
    return records.tryRead(array, offset, length);
  }

  @Override
  public void awaitReadable(long nanosMax) throws IOException {
    records.awaitReadable(nanosMax);
  }

  @Override
  public int tryWrite(byte[] array, int offset, int length) throws IOException {
    return records.tryWrite(array, offset, length);
  }

  @Override
  public void awaitWritable(long nanosMax) throws IOException {
    records.awaitWritable(nanosMax);
  }

  /** Closes the socket below: an orderly end of TLS could block behind a write. */
  @Override
  public void close() throws IOException {
    records.close();
  }
}
