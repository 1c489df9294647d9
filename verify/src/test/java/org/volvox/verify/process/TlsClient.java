package org.volvox.verify.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Connects as a client in another language does: with the files of a user and a TLS library. */
final class TlsClient {
  private TlsClient() {}

  /**
   * A connection under TLS.
   *
   * @param user a folder with key.pem, cert.pem and ca.pem
   */
  static Socket connect(Path user, InetSocketAddress address, Duration silent)
      throws IOException, GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own(user), new char[0]);
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(authority(user));
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
    Socket socket =
        context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
    socket.setSoTimeout((int) silent.toMillis());
    return socket;
  }

  private static KeyStore own(Path user) throws IOException, GeneralSecurityException {
    String text = Files.readString(user.resolve("key.pem"), StandardCharsets.US_ASCII);
    String base64 = text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
    KeyStore store = empty();
    store.setKeyEntry(
        "own",
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64))),
        new char[0],
        new Certificate[] {certificate(user.resolve("cert.pem"))});
    return store;
  }

  private static KeyStore authority(Path user) throws IOException, GeneralSecurityException {
    KeyStore store = empty();
    store.setCertificateEntry("cluster", certificate(user.resolve("ca.pem")));
    return store;
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    return store;
  }

  private static Certificate certificate(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
