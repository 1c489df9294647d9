package org.volvox.gateways.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Whether who asks has the token, of which only the SHA-256 is known here. The comparison takes as
 * long whatever is wrong. The file is read each time, so that a new token holds at once.
 */
public final class TokenCheck {
  private final Path digestFile;

  /**
   * @param digestFile SHA-256 of the token's characters, in hexadecimal
   */
  public TokenCheck(Path digestFile) {
    this.digestFile = digestFile;
  }

  boolean isRight(String token) {
    byte[] wanted;
    try {
      wanted = HexFormat.of().parseHex(Files.readString(digestFile).strip());
    } catch (IOException | IllegalArgumentException none) {
      return false;
    }
    return MessageDigest.isEqual(wanted, digest(token));
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
