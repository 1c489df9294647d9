package org.volvox.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.volvox.calls.CallException;
import org.volvox.calls.CallPhase;
import org.volvox.calls.CallStatus;

/** A TCP connection under TLS 1.3, whose other end showed a certificate of the cluster. */
final class TlsPort implements SocketPort {
  private final Socket plain;
  private final InputStream in;
  private final OutputStream out;
  private final Identity identity;

  private TlsPort(Socket plain, SSLSocket tls, Identity identity) throws IOException {
    this.plain = plain;
    this.in = tls.getInputStream();
    this.out = tls.getOutputStream();
    this.identity = identity;
  }

  /** Who is at the other end, by its certificate. */
  Identity identity() {
    return identity;
  }

  SecuredSocket streams() {
    return new SecuredSocket(in, out, identity);
  }

  static TlsPort connect(InetSocketAddress address, TlsMaterial material, Duration timeout)
      throws CallException {
    int millis = (int) Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE));
    Socket socket = new Socket();
    CallPhase phase = CallPhase.CONNECT;
    try {
      socket.connect(address, millis);
      phase = CallPhase.TLS;
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(millis);
      TlsPort port = secure(socket, address, material);
      socket.setSoTimeout(0);
      return port;
    } catch (IOException | CertificateException failed) {
      closeQuietly(socket);
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
  static TlsPort accept(Socket socket, TlsMaterial material, Duration timeout)
      throws IOException, CertificateException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) timeout.toMillis());
    SSLSocketFactory factory = material.context().getSocketFactory();
    TlsPort port =
        handshake(
            socket, factory.createSocket(socket, InputStream.nullInputStream(), true), material);
    socket.setSoTimeout(0);
    return port;
  }

  private static TlsPort secure(Socket socket, InetSocketAddress address, TlsMaterial material)
      throws IOException, CertificateException {
    SSLSocketFactory factory = material.context().getSocketFactory();
    return handshake(
        socket,
        factory.createSocket(socket, address.getHostString(), address.getPort(), true),
        material);
  }

  private static TlsPort handshake(Socket plain, Socket secured, TlsMaterial material)
      throws IOException, CertificateException {
    if (!(secured instanceof SSLSocket tls)) {
      throw new IOException("this Java makes no TLS sockets");
    }
    tls.setSSLParameters(TlsMaterial.parameters(tls.getSSLParameters()));
    tls.startHandshake();
    return new TlsPort(plain, tls, material.authenticate(tls.getSession()));
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException ignored) {
      // The failure that led here is the one to tell.
    }
  }

  @Override
  public int read(byte[] array, int offset, int length) throws IOException {
    return in.read(array, offset, length);
  }

  @Override
  public void write(byte[] array, int offset, int length) throws IOException {
    out.write(array, offset, length);
  }

  /** Closes the socket below: an orderly end of TLS could block behind a write. */
  @Override
  public void close() throws IOException {
    plain.close();
  }
}
