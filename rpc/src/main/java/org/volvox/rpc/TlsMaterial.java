package org.volvox.rpc;

import java.io.IOException;
import java.nio.file.Path;
import org.volvox.base.ClusterId;

/**
 * One end's key, certificate and the cluster's authority, read from PEM files by the JDK alone.
 * Makes TLS 1.3 contexts that demand a certificate of the same authority from the other end.
 */
public final class TlsMaterial {
  public static final String KEY_FILE = "key.pem";
  public static final String CERTIFICATE_FILE = "cert.pem";
  public static final String AUTHORITY_FILE = "ca.pem";

  private TlsMaterial() {}

  /** Reads key.pem, cert.pem and ca.pem of a folder; the message of a failure names the file. */
  public static TlsMaterial load(Path folder) throws IOException {
    return java.util.Optional.<TlsMaterial>empty().orElseThrow();
  }

  /** Who the certificate says this is. */
  public Identity identity() {
    return java.util.Optional.<Identity>empty().orElseThrow();
  }

  /** The cluster that the certificate is for. */
  public ClusterId cluster() {
    return java.util.Optional.<ClusterId>empty().orElseThrow();
  }
}
