package org.volvox.rpc.marshal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EmptyStackException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.volvox.base.Bytes;
import org.volvox.base.MalformedException;
import org.volvox.calls.schema.Thrown;

class ThrownTest {
  private static final MethodCodec HOST =
      MarshalTest.codec(InterfaceCodec.host(Samples.All.class), Samples.All.class, "sum");

  /** A program's own class, which the interface does not declare. */
  static final class Private extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    Private(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Below a declared class. */
  static final class Disk extends IOException {
    private static final long serialVersionUID = 1L;

    Disk(int code) {
      super("code " + code);
    }
  }

  /** Fails when it is asked. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException("no");
    }
  }

  private static Throwable crossed(Throwable thrown) throws MalformedException {
    return HOST.decodeThrown(HOST.encodeThrown(thrown));
  }

  @Test
  void declaredAndCommonExceptionsAreThemselvesAgain() throws MalformedException {
    assertThat(crossed(new Samples.Declared("why")))
        .isExactlyInstanceOf(Samples.Declared.class)
        .hasMessage("why");
    assertThat(crossed(new IOException("disk", new IllegalStateException("cause"))))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("disk")
        .cause()
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("cause");
    assertThat(crossed(new ArithmeticException("/ by zero")))
        .isExactlyInstanceOf(ArithmeticException.class)
        .hasMessage("/ by zero");
    assertThat(crossed(new EmptyStackException())).isExactlyInstanceOf(EmptyStackException.class);
    assertThat(crossed(new NullPointerException())).hasMessage(null);
  }

  @Test
  void theStackIsTheServicesAndThenThisOne() throws MalformedException {
    Throwable thrown = crossed(new IllegalStateException("x"));
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    assertThat(text.toString())
        .containsSubsequence(
            "ThrownTest.theStackIsTheServicesAndThenThisOne(ThrownTest.java:",
            "=== above: at the service; below: here ===",
            "ThrownTest.theStackIsTheServicesAndThenThisOne(ThrownTest.java:");
  }

  @Test
  void othersAreRemoteServiceExceptions() throws MalformedException {
    Throwable thrown = crossed(new Private("secret", new Samples.Declared("inner")));
    assertThat(thrown)
        .isInstanceOf(RemoteServiceException.class)
        .hasMessage(Private.class.getName() + ": secret")
        .hasCauseExactlyInstanceOf(Samples.Declared.class);
    RemoteServiceException remote = (RemoteServiceException) thrown;
    assertThat(remote.remoteType()).isEqualTo(Private.class.getName());
    assertThat(remote.remoteStack().getFirst()).contains("ThrownTest.othersAreRemote");
    assertThat(crossed(remote)).hasMessage(Private.class.getName() + ": secret");
    assertThat(crossed(new StackOverflowError())).isInstanceOf(RemoteServiceException.class);
    // Checked, and not declared by the method.
    assertThat(crossed(new InterruptedException("x"))).isInstanceOf(RemoteServiceException.class);
    assertThat(crossed(new Broken()))
        .isInstanceOf(RemoteServiceException.class)
        .hasMessageContaining("its message cannot be had");
  }

  @Test
  void aSubclassOfADeclaredOneIsTheDeclaredOne() throws MalformedException {
    assertThat(crossed(new Disk(5)))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage(Disk.class.getName() + ": code 5");
  }

  @Test
  void chainsAndStacksAreBounded() throws MalformedException {
    Exception chain = new IllegalStateException("0");
    for (int i = 1; i < 100; i++) {
      chain = new IllegalStateException(String.valueOf(i), chain);
    }
    StackTraceElement[] deep = new StackTraceElement[5000];
    java.util.Arrays.fill(deep, new StackTraceElement("a.B", "c", null, -2));
    chain.setStackTrace(deep);
    Thrown thrown = Thrown.decode(HOST.encodeThrown(chain));
    assertThat(thrown.chain()).hasSize(Thrown.LINKS_MAX);
    assertThat(thrown.first().stack()).hasSize(Thrown.FRAMES_MAX);
    assertThat(thrown.first().cutFrames()).isEqualTo(5000 - Thrown.FRAMES_MAX);
    assertThat(crossed(chain).getStackTrace()[Thrown.FRAMES_MAX].toString())
        .contains("4900 more frames");
    Exception round = new IllegalStateException("a");
    Exception other = new IllegalStateException("b", round);
    round.initCause(other);
    assertThat(Thrown.decode(HOST.encodeThrown(round)).chain()).hasSize(2);
  }

  @Test
  void noClassComesFromAName() throws MalformedException {
    Thrown.Link link =
        new Thrown.Link(
            "java.lang.ProcessBuilder",
            List.of("java.lang.Object"),
            Optional.of("x"),
            List.of(),
            0);
    assertThat(HOST.decodeThrown(new Thrown(List.of(link)).encode()))
        .isInstanceOf(RemoteServiceException.class)
        .hasMessage("java.lang.ProcessBuilder: x");
    assertThatThrownBy(() -> HOST.decodeThrown(Bytes.utf8("bad")))
        .isInstanceOf(MalformedException.class);
  }
}
