package org.volvox.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another user who can reach a node's socket is turned away because of who he is. */
final class ForeignUserTest {
  private static final String NOBODY = "65534";

  @TempDir Path folder;
  private Cluster cluster;

  @BeforeEach
  void serve() throws IOException {
    cluster = new Cluster(folder, 7);
    cluster.serve(1, Handlers::echo);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void isTurnedAwayThoughTheFileSystemLetsHimIn() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "becoming another user wants root");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv here: util-linux");
    Path classes = folder.resolve("classes/org/volvox/rpc");
    Files.createDirectories(classes);
    try (InputStream probe = UnixProbe.class.getResourceAsStream("UnixProbe.class")) {
      Files.copy(probe, classes.resolve("UnixProbe.class"));
    }
    open(folder);
    assertThat(probe(List.of())).isEqualTo("connected, greeted");
    List<String> asNobody =
        List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups");
    assertThat(probe(asNobody)).isEqualTo("connected, turned away");
  }

  private static void open(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
      }
    }
  }

  private String probe(List<String> as) throws IOException {
    List<String> line = new ArrayList<>(as);
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xshare:auto", "-cp", folder.resolve("classes").toString()));
    line.addAll(List.of(UnixProbe.class.getName(), cluster.socket(1).toString()));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
