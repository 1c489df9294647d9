package org.volvox.rpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import org.volvox.base.ClusterId;

/**
 * One end's key, certificate and the cluster's authority, read from PEM files by the JDK alone.
 * Makes TLS 1.3 ends that demand a certificate of the same authority from the other end; the
 * context's cache resumes sessions.
 */
public final class TlsMaterial {
  public static final String KEY_FILE = "key.pem";
  public static final String CERTIFICATE_FILE = "cert.pem";
  public static final String AUTHORITY_FILE = "ca.pem";

  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final String[] CIPHER_SUITES = {
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
  };

  private final Certificates.Name name;
  private final SSLContext context;

  private TlsMaterial(Certificates.Name name, SSLContext context) {
    this.name = name;
    this.context = context;
  }

  /** Reads key.pem, cert.pem and ca.pem of a folder; the message of a failure names the file. */
  public static TlsMaterial load(Path folder) throws IOException {
    try {
      PrivateKey key = readKey(folder.resolve(KEY_FILE));
      X509Certificate certificate = readCertificate(folder.resolve(CERTIFICATE_FILE));
      X509Certificate authority = readCertificate(folder.resolve(AUTHORITY_FILE));
      certificate.verify(authority.getPublicKey());
      return new TlsMaterial(Certificates.name(certificate), context(key, certificate, authority));
    } catch (GeneralSecurityException wrong) {
      throw new IOException(
          "key and certificates in " + folder + " do not fit: " + wrong.getMessage(), wrong);
    }
  }

  /** Who the certificate says this is. */
  public Identity identity() {
    return name.identity();
  }

  /** The cluster that the certificate is for. */
  public ClusterId cluster() {
    return name.cluster();
  }

  SSLContext context() {
    return context;
  }

  SSLEngine serverEngine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(parameters(engine.getSSLParameters()));
    return engine;
  }

  /** An engine that resumes an earlier session with the same host and port. */
  SSLEngine clientEngine(String host, int port) {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    engine.setSSLParameters(parameters(engine.getSSLParameters()));
    return engine;
  }

  /** TLS 1.3 alone, and nobody without a certificate. */
  static SSLParameters parameters(SSLParameters parameters) {
    parameters.setProtocols(PROTOCOLS);
    parameters.setCipherSuites(CIPHER_SUITES);
    parameters.setNeedClientAuth(true);
    return parameters;
  }

  /** Who is at the other end of a session, if it is of this cluster. */
  Identity authenticate(SSLSession session) throws CertificateException {
    Certificate[] chain;
    try {
      chain = session.getPeerCertificates();
    } catch (SSLPeerUnverifiedException none) {
      throw new CertificateException("the other end showed no certificate", none);
    }
    if (!(chain[0] instanceof X509Certificate certificate)) {
      throw new CertificateException("the other end's certificate is no X.509 one");
    }
    Certificates.Name peer = Certificates.name(certificate);
    if (!peer.cluster().equals(name.cluster())) {
      throw new CertificateException(
          "the other end is of cluster " + peer.cluster() + ", this one of " + name.cluster());
    }
    return peer.identity();
  }

  private static SSLContext context(
      PrivateKey key, X509Certificate certificate, X509Certificate authority)
      throws GeneralSecurityException, IOException {
    char[] noPassword = new char[0];
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, noPassword);
    keys.setKeyEntry("own", key, noPassword, new Certificate[] {certificate, authority});
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, noPassword);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, noPassword);
    trusted.setCertificateEntry("cluster", authority);
    TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
    trustManagers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  static X509Certificate readCertificate(Path file) throws IOException {
    try {
      Certificate read =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(readAll(file)));
      if (read instanceof X509Certificate certificate) {
        return certificate;
      }
      throw new IOException(file + " is no X.509 certificate");
    } catch (CertificateException wrong) {
      throw new IOException(file + " is no certificate: " + wrong.getMessage(), wrong);
    }
  }

  static PrivateKey readKey(Path file) throws IOException {
    String text = new String(readAll(file), StandardCharsets.US_ASCII);
    String base64 = text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
    try {
      byte[] encoded = Base64.getDecoder().decode(base64);
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (IllegalArgumentException | GeneralSecurityException wrong) {
      throw new IOException(file + " is no private key in PEM: " + wrong.getMessage(), wrong);
    }
  }

  private static byte[] readAll(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException missing) {
      throw new IOException(file + " is missing", missing);
    }
  }
}
