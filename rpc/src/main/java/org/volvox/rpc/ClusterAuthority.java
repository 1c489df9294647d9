package org.volvox.rpc;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.volvox.base.ClusterId;
import org.volvox.base.NodeId;

/**
 * The cluster's certificate authority (EC P-256): mints the certificates of nodes and users, in
 * which the cluster and the identity are a URI, volvox://CLUSTER/node/1 or
 * volvox://CLUSTER/user/NAME. Bouncy Castle is used here and nowhere else. Files are PEM with mode
 * 0600.
 */
public final class ClusterAuthority {
  /** Long enough that nobody's cluster stops on it; a revoked cluster gets a new authority. */
  private static final Duration VALID = Duration.ofDays(3650);

  /** For machines whose clocks are behind. */
  private static final Duration VALID_BEFORE = Duration.ofDays(1);

  private static final int SERIAL_BITS = 127;

  private final ClusterId cluster;
  private final PrivateKey key;
  private final X509Certificate certificate;

  private ClusterAuthority(ClusterId cluster, PrivateKey key, X509Certificate certificate) {
    this.cluster = cluster;
    this.key = key;
    this.certificate = certificate;
  }

  /** Makes a new authority in the folder (made with 0700 if missing): key.pem and cert.pem. */
  public static ClusterAuthority create(Path folder, ClusterId cluster) throws IOException {
    KeyPair keys = newKeys();
    X500Name name = new X500Name("CN=Volvox cluster " + cluster + ",O=" + cluster);
    try {
      X509v3CertificateBuilder builder = builder(name, name, keys);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      PemFiles.makeFolder(folder);
      writeKey(folder, keys.getPrivate());
      PemFiles.write(
          folder.resolve(TlsMaterial.CERTIFICATE_FILE),
          "CERTIFICATE",
          signed(builder, keys.getPrivate()));
    } catch (OperatorCreationException wrong) {
      throw new IOException("cannot sign the authority's certificate", wrong);
    }
    return load(folder);
  }

  /** Reads the authority back; the message of a failure names the file. */
  public static ClusterAuthority load(Path folder) throws IOException {
    X509Certificate certificate =
        TlsMaterial.readCertificate(folder.resolve(TlsMaterial.CERTIFICATE_FILE));
    PrivateKey key = TlsMaterial.readKey(folder.resolve(TlsMaterial.KEY_FILE));
    String subject = certificate.getSubjectX500Principal().getName();
    int at = subject.indexOf("O=");
    if (at < 0) {
      throw new IOException(folder + " holds no Volvox authority: " + subject);
    }
    String id = subject.substring(at + 2).replaceAll(",.*", "");
    return new ClusterAuthority(ClusterId.parse(id), key, certificate);
  }

  public ClusterId cluster() {
    return cluster;
  }

  /** Writes key.pem, cert.pem and ca.pem for a node into the folder (made with 0700 if missing). */
  public void issueNode(NodeId node, Path folder) throws IOException {
    issue(new Identity.Node(node), "n" + node.value(), folder);
  }

  /** Writes key.pem, cert.pem and ca.pem for a user into the folder (made with 0700 if missing). */
  public void issueUser(String name, Path folder) throws IOException {
    issue(new Identity.User(name), name, folder);
  }

  private void issue(Identity identity, String commonName, Path folder) throws IOException {
    String uri = Certificates.uri(cluster, identity);
    KeyPair keys = newKeys();
    try {
      X509v3CertificateBuilder builder =
          builder(
              X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
              new X500Name("CN=" + commonName),
              keys);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(
              new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
      PemFiles.makeFolder(folder);
      writeKey(folder, keys.getPrivate());
      PemFiles.write(
          folder.resolve(TlsMaterial.CERTIFICATE_FILE), "CERTIFICATE", signed(builder, key));
      PemFiles.write(
          folder.resolve(TlsMaterial.AUTHORITY_FILE), "CERTIFICATE", certificate.getEncoded());
    } catch (OperatorCreationException | GeneralSecurityException wrong) {
      throw new IOException("cannot issue a certificate for " + uri, wrong);
    }
  }

  private static void writeKey(Path folder, PrivateKey key) throws IOException {
    PemFiles.write(folder.resolve(TlsMaterial.KEY_FILE), "PRIVATE KEY", key.getEncoded());
  }

  private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys) {
    Instant now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE),
        Date.from(now.minus(VALID_BEFORE)),
        Date.from(now.plus(VALID)),
        subject,
        keys.getPublic());
  }

  private static byte[] signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws OperatorCreationException, IOException {
    return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)).getEncoded();
  }

  private static KeyPair newKeys() throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException wrong) {
      throw new IOException("this Java has no P-256 keys", wrong);
    }
  }
}
