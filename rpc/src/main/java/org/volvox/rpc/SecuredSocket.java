package org.volvox.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A connection under TLS 1.3 whose other end showed a certificate of the cluster; for protocols of
 * others, that are spoken on it. Closing the socket below ends it.
 */
public record SecuredSocket(InputStream in, OutputStream out, Identity identity) {
  /**
   * Secures a connection that came in.
   *
   * @param within how long the other end may be silent in the handshake
   * @throws CertificateException if it is nobody of the cluster
   */
  public static SecuredSocket accept(Socket socket, TlsMaterial material, Duration within)
      throws IOException, CertificateException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) within.toMillis());
    SSLSocketFactory factory = material.context().getSocketFactory();
    Socket secured = factory.createSocket(socket, InputStream.nullInputStream(), true);
    if (!(secured instanceof SSLSocket tls)) {
      throw new IOException("this Java makes no TLS sockets");
    }
    tls.setSSLParameters(TlsMaterial.parameters(tls.getSSLParameters()));
    tls.startHandshake();
    socket.setSoTimeout(0);
    return new SecuredSocket(
        tls.getInputStream(), tls.getOutputStream(), material.authenticate(tls.getSession()));
  }
}
