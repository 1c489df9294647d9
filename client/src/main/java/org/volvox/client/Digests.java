package org.volvox.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.volvox.base.Bytes;

/** SHA-256, which every Java platform has. */
final class Digests {
  private static final int BUFFER_BYTES = 1 << 18;

  private Digests() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  static Bytes of(byte[] bytes) {
    return Bytes.wrap(sha256().digest(bytes));
  }

  static Bytes ofFile(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[Math.clamp(Files.size(file), 1, BUFFER_BYTES)];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return Bytes.wrap(digest.digest());
  }
}
