package org.volvox.verify.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.volvox.verify.bench.rpc.peer.Drive;

/** What a command line says of calls, and which loads and runners come of it. */
final class RpcOptionsTest {
  private static RpcOptions options(String... words) {
    return RpcOptions.DEFAULT.with(List.of(words));
  }

  private static RpcRunner runner(String name) {
    return RpcRunner.of(RpcOptions.DEFAULT).stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void wordsChangeWhatTheyNameAndNothingElse() {
    RpcOptions options =
        options("--systems", "volvox,grpc", "--ways", "tls", "--connections", "8", "--rounds", "2");
    assertThat(options.race().systems()).containsExactly("volvox", "grpc");
    assertThat(options.ways()).containsExactly("tls");
    assertThat(options.connections()).containsExactly(8);
    assertThat(options.race().rounds()).isEqualTo(2);
    assertThat(options.race().bytes()).isEqualTo(RpcOptions.DEFAULT.race().bytes());
    assertThat(options.hasStreams()).isTrue();
    assertThat(options("--no-streams").hasStreams()).isFalse();
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatIs() {
    assertThatThrownBy(() -> options("--systems", "corba"))
        .hasMessage("--systems corba: there are volvox,rmi,grpc,echo");
    assertThatThrownBy(() -> options("--ways", "udp"))
        .hasMessage("--ways udp: there are tcp,tls,unix");
  }

  @Test
  void eachConnectionHasACallerAtLeast() {
    List<RpcLoad> loads = RpcLoad.all(options("--bytes", "32", "--no-streams"));
    assertThat(loads.stream().map(RpcLoad::toString))
        .containsExactly(
            "32 B, 1 in flight, 1 connections",
            "32 B, 64 in flight, 1 connections",
            "32 B, 8 in flight, 8 connections",
            "32 B, 64 in flight, 8 connections");
  }

  @Test
  void runnersAreThoseOfTheSystemsAndWays() {
    assertThat(RpcRunner.of(options("--systems", "volvox,rmi", "--ways", "tcp,tls")))
        .extracting(RpcRunner::name)
        .containsExactly("volvox-tls", "volvox-tls-brief", "rmi-tcp");
  }

  @Test
  void aCallerAloneOnItsConnectionIsAThreadOfTheSystem() {
    RpcLoad alone = new RpcLoad(RpcLoad.Task.CALLS, 32, 8, 8);
    RpcLoad together = new RpcLoad(RpcLoad.Task.CALLS, 32, 64, 8);
    assertThat(runner("grpc-tls").drive(alone)).isEqualTo(Drive.PLATFORM);
    assertThat(runner("grpc-tls").drive(together)).isEqualTo(Drive.CALLBACKS);
    assertThat(runner("volvox-unix").drive(together)).isEqualTo(Drive.VIRTUAL);
    assertThat(runner("echo-tcp-loop").drive(alone)).isEqualTo(Drive.CALLBACKS);
  }
}
