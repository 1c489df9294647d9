package org.volvox.node.folder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The token that HTTP wants of a user of a local cluster: 256 random bits, beside the user's key. A
 * node's folder holds its SHA-256 alone, so that who reads that folder cannot call.
 */
public final class AccessToken {
  /** In the client's folder: the token as it is sent, and a line feed. */
  public static final String FILE = "token";

  /** In a node's folder: the SHA-256 of the token's characters in hexadecimal, and a line feed. */
  public static final String DIGEST_FILE = "token.sha256";

  private static final int BYTES = 32;

  private AccessToken() {}

  /** The token of a client's folder, if it has one. */
  public static Optional<String> read(Path client) throws IOException {
    try {
      return Optional.of(Files.readString(client.resolve(FILE)).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The token of a client's folder, made if it has none. */
  static String make(Path client) throws IOException {
    Optional<String> there = read(client);
    if (there.isPresent()) {
      return there.get();
    }
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    DurableFiles.replace(client.resolve(FILE), line(token));
    return token;
  }

  /** From now on the node lets in who has the token. */
  static void accept(Path node, String token) throws IOException {
    Path file = node.resolve(DIGEST_FILE);
    byte[] digest = line(digest(token));
    if (!Files.exists(file) || !MessageDigest.isEqual(Files.readAllBytes(file), digest)) {
      DurableFiles.replace(file, digest);
    }
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static String digest(String token) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
