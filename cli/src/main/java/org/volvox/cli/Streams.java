package org.volvox.cli;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command speaks through; made by Main, or by a test over arrays. Data goes to {@code out},
 * talk to {@code err}. {@code watched} says that a person sees {@code err}, so that progress may be
 * drawn there.
 */
public record Streams(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean watched,
    Map<String, String> environment) {
  private static final int BUFFER_BYTES = 1 << 16;

  /** The process's own streams, in UTF-8 whatever the locale says; {@code out} is buffered. */
  static Streams ofProcess() {
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        utf8(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES)),
        utf8(new FileOutputStream(FileDescriptor.err)),
        isTerminal(2),
        System.getenv());
  }

  /** Whether these are the process's own, and not those of a test or of another command. */
  boolean isOfProcess() {
    return in instanceof FileInputStream;
  }

  public static PrintStream utf8(OutputStream target) {
    return new PrintStream(target, false, StandardCharsets.UTF_8);
  }

  /** Says one line to the person; never data. */
  public void say(String line) {
    err.println(line);
    err.flush();
  }

  /** Asking the kernel by name is far cheaper than loading the JDK's console. */
  static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
  }
}
