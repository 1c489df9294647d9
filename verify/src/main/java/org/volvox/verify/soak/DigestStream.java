package org.volvox.verify.soak;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Takes bytes and keeps only their SHA-256. */
public final class DigestStream extends OutputStream {
  private final MessageDigest digest = sha256();

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public static String hexOf(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  @Override
  public void write(int value) {
    digest.update((byte) value);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  /** The digest of all that was written; ends it. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
