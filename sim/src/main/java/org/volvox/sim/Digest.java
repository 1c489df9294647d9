package org.volvox.sim;

/**
 * A 64-bit fingerprint of a run as two ints; every simulated event is mixed in. Equal seeds must
 * give equal digests on every platform, so it mixes ints only.
 */
public final class Digest {
  private int high = 0x243F6A88;
  private int low = 0x85A308D3;

  public void mix(int value) {
    high = Integer.rotateLeft(high ^ value, 13) * 0x9E3779B1;
    low = Integer.rotateLeft(low + value, 17) * 0x85EBCA77 ^ high;
  }

  public void mix(long value) {
    mix((int) (value >>> 32));
    mix((int) value);
  }

  public void mix(String text) {
    mix(text.length());
    for (int i = 0; i < text.length(); i++) {
      mix((int) text.charAt(i));
    }
  }

  /** All of it in 32 bits, for comparing many states cheaply. */
  public int fingerprint() {
    return high ^ Integer.rotateLeft(low, 7);
  }

  /** Sixteen hexadecimal digits. */
  public String hex() {
    return hex(high) + hex(low);
  }

  private static String hex(int value) {
    String digits = Integer.toHexString(value);
    return "00000000".substring(digits.length()) + digits;
  }
}
