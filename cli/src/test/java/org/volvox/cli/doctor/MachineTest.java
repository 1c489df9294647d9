package org.volvox.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.volvox.cli.doctor.Check.Grade;

class MachineTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({"1023,BAD", "1024,WARN", "4095,WARN", "4096,OK", "unlimited,OK"})
  void limitsOfFilesAreRead(String limit, Grade grade) {
    String limits =
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             10                   10                   processes
        Max open files            @LIMIT@                 1048576              files
        """;
    Check check = Machine.files(limits.replace("@LIMIT@", limit));
    assertThat(check.grade()).isEqualTo(grade);
    assertThat(check.todo().isEmpty()).isEqualTo(grade == Grade.OK);
    assertThat(Machine.files("").grade()).isEqualTo(Grade.OK);
  }

  @Test
  void memoryIsWeighedByNodes() {
    String info = "MemTotal:       2000000 kB\nMemAvailable:   1200000 kB\n";
    assertThat(Machine.memory(2, info).grade()).isEqualTo(Grade.OK);
    assertThat(Machine.memory(3, info))
        .isEqualTo(
            Check.warn(
                "memory", "1.23 GB available, 3 nodes to run here", "a busy node takes 524 MB"));
    assertThat(Machine.memory(3, "").grade()).isEqualTo(Grade.OK);
    assertThat(Machine.memory(1).text()).contains(" available, 1 node to run here");
  }

  @Test
  void clocksAreAsTheKernelSays() {
    assertThat(Machine.clock(Optional.empty()).grade()).isEqualTo(Grade.OK);
    assertThat(Machine.clock(Optional.of(new KernelClock(true, 2300))).text())
        .isEqualTo("kept by others, at most 2 ms off");
    assertThat(Machine.clock(Optional.of(new KernelClock(false, 0))).grade()).isEqualTo(Grade.WARN);
    // Its bound of the error grows while nobody keeps it, up to 16 s (kernel/time/ntp.c).
    assertThat(KernelClock.read())
        .hasValueSatisfying(clock -> assertThat(clock.maxErrorMicros()).isBetween(0L, 16_000_000L));
  }

  @Test
  void theDiskIsTimedWhereTheFolderWillBe() throws IOException {
    Path later = folder.resolve("not/yet/there");
    assertThat(Machine.sync(later).text()).contains(" at " + folder + " (median of 21)");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
    assertThat(Machine.disk(later).text()).contains(" left for " + later);
    Path none = Path.of("/proc/volvox-none");
    assertThat(Machine.sync(none).grade()).isEqualTo(Grade.BAD);
    assertThat(Machine.sync(none).text()).startsWith("cannot write in /proc: ");
  }

  @Test
  void keysThatOthersMayReadAreNamed() throws IOException {
    assertThat(Machine.keys(folder.resolve("none"))).isEmpty();
    assertThat(Machine.keys(folder)).isEmpty();
    Path key = Files.createDirectories(folder.resolve("n1/tls")).resolve("key.pem");
    Files.writeString(key, "");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    assertThat(Machine.keys(folder).orElseThrow())
        .isEqualTo(Check.ok("keys", "1 key, readable by you alone"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(Machine.keys(folder).orElseThrow())
        .isEqualTo(Check.bad("keys", key + " can be read by others", "chmod 600 " + key));
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, here)) {
      port = taken.getLocalPort();
      Check check = Machine.port(new InetSocketAddress(here, port));
      assertThat(check.grade()).isEqualTo(Grade.BAD);
      assertThat(check.text()).startsWith(here.getHostName() + ":" + port + ": ");
    }
    assertThat(Machine.port(new InetSocketAddress(here, port)).grade()).isEqualTo(Grade.OK);
  }
}
