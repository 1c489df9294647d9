package org.volvox.verify.bench.rpc.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.volvox.verify.process.Programs;

/** A key pair on the curve P-256 with its certificate, as our own clusters have. */
public final class Keys {
  private static final char[] PASSWORD = "of-no-secret".toCharArray();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final KeyStore store;

  Keys(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Makes one for this machine. */
  public static void create(Path folder) {
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> line =
        List.of(
            tool,
            "-genkeypair",
            "-alias",
            "bench",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=bench",
            "-ext",
            "san=ip:" + Place.HOST,
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD),
            "-keystore",
            folder.resolve("keys.p12").toString());
    var _ = Programs.run(LIMIT, line).expectOk("keytool");
  }

  KeyManagerFactory own() throws GeneralSecurityException {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(store, PASSWORD);
    return own;
  }

  /** That trusts nobody but this one. */
  TrustManagerFactory trusted() throws IOException, GeneralSecurityException {
    KeyStore known = KeyStore.getInstance("PKCS12");
    known.load(null, null);
    known.setCertificateEntry("bench", store.getCertificate("bench"));
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(known);
    return trusted;
  }
}
