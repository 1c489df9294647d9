package org.volvox.gateways.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.client.service.JsonCall;
import org.volvox.client.service.JsonReply;
import org.volvox.client.service.ServiceException;
import org.volvox.gateways.FakeCalls;
import org.volvox.rpc.Identity;
import org.volvox.rpc.SecuredSocket;

class JsonRpcGatewayTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private final FakeCalls calls = new FakeCalls();
  private JsonRpcGateway gateway;
  private Socket socket;
  private BufferedReader in;

  @BeforeEach
  void start() throws IOException {
    gateway =
        JsonRpcGateway.start(
            new InetSocketAddress(HERE, 0),
            accepted ->
                new SecuredSocket(
                    accepted.getInputStream(),
                    accepted.getOutputStream(),
                    new Identity.User("alice")),
            calls);
    socket = new Socket(HERE, gateway.address().getPort());
    socket.setSoTimeout(20_000);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    calls.answer(JsonRpcGatewayTest::calculate);
  }

  @AfterEach
  void stop() throws IOException {
    socket.close();
    gateway.close();
  }

  private static JsonReply calculate(JsonCall call) {
    String arguments = ((JsonCall.Arguments.Array) call.arguments()).json();
    String[] numbers = arguments.substring(1, arguments.length() - 1).split(",", -1);
    return switch (call.method()) {
      case "multiply" ->
          FakeCalls.value(
              Integer.toString(Integer.parseInt(numbers[0]) * Integer.parseInt(numbers[1])));
      case "half" -> throw new ServiceException(ServiceException.Kind.DEADLINE, true, "too late");
      default -> FakeCalls.value("null");
    };
  }

  private void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void answersAsGoWantsIt() throws IOException {
    send(
        "{\"method\":\"Arith.Multiply\",\"params\":[{\"A\":7,\"B\":8}],\"id\":18446744073709551615}\n");
    assertThat(in.readLine())
        .isEqualTo("{\"id\":18446744073709551615,\"result\":56,\"error\":null}");
    assertThat(calls.askers()).as("the connection's certificate").containsExactly("alice");
    send("{\"method\":\"Arith.Reset\",\"params\":[null],\"id\":\"x\"}");
    assertThat(in.readLine()).isEqualTo("{\"id\":\"x\",\"result\":{},\"error\":null}");
    send("{\"method\":\"Arith.Half\",\"params\":[4],\"id\":2}");
    assertThat(in.readLine())
        .isEqualTo("{\"id\":2,\"result\":null,\"error\":\"too late (it may have run)\"}");
    send("{\"method\":\"Arith.Area\",\"params\":[{\"w\":1,\"h\":1}],\"id\":3}");
    assertThat(in.readLine()).contains("\"result\":null").contains("it ran and returned null");
    send("{\"method\":\"Other.Area\",\"params\":[1],\"id\":4}");
    assertThat(in.readLine()).contains("no service Other").contains("it did not run");
    send("{\"method\":\"Arith.Cube\",\"params\":[1],\"id\":5}");
    assertThat(in.readLine()).contains("Arith has no method Cube").contains("it did not run");
  }

  @Test
  void whatIsNoRequestIsSaidAndTheNextOneAnswered() throws IOException {
    send("{\"id\":1}{\"method\":\"Arith\",\"params\":[],\"id\":2}{\"method\":7,\"id\":3}");
    for (int k = 0; k < 3; k++) {
      assertThat(in.readLine()).contains("\"result\":null,\"error\":\"");
    }
    send("{\"method\":\"Arith.reset\",\"params\":[],\"id\":null}");
    send("{\"method\":\"Arith.multiply\",\"params\":[2,3],\"id\":4}");
    assertThat(in.readLine())
        .as("none for a notice")
        .isEqualTo("{\"id\":4,\"result\":6,\"error\":null}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "{]}", "{\"a\":1}}", "{\"a\" 1}"})
  void garbageIsAnsweredWithAnErrorAndTheEnd(String garbage) throws IOException {
    send(garbage);
    String last = "";
    String line = in.readLine();
    while (line != null) {
      last = line;
      line = in.readLine();
    }
    assertThat(last).startsWith("{\"id\":null,\"result\":null,\"error\":\"");
  }

  @Test
  void answersComeAsTheyAreThere() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    calls.answer(call -> {
      if (call.method().equals("half")) {
        release.await();
      }
      return FakeCalls.value("1");
    });
    send("{\"method\":\"Arith.half\",\"params\":[2],\"id\":1}\n");
    send("{\"method\":\"Arith.multiply\",\"params\":[2,3],\"id\":2}\n");
    assertThat(in.readLine()).startsWith("{\"id\":2,");
    release.countDown();
    assertThat(in.readLine()).startsWith("{\"id\":1,");
  }

  @Test
  void openRequestsAreBoundedAndAnsweredAfterTheLastWasSent() throws Exception {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Semaphore release = new Semaphore(0);
    CountDownLatch full = new CountDownLatch(JsonRpcConnection.OPEN_MAX);
    calls.answer(call -> {
      most.accumulateAndGet(open.incrementAndGet(), Math::max);
      full.countDown();
      release.acquire();
      open.decrementAndGet();
      return FakeCalls.value("1");
    });
    int all = 3 * JsonRpcConnection.OPEN_MAX;
    for (int k = 0; k < all; k++) {
      send("{\"method\":\"Arith.half\",\"params\":[2],\"id\":" + k + "}\n");
    }
    socket.shutdownOutput();
    assertThat(full.await(20, TimeUnit.SECONDS)).isTrue();
    release.release(all);
    int answers = 0;
    while (in.readLine() != null) {
      answers++;
    }
    assertThat(answers).isEqualTo(all);
    assertThat(most.get()).isEqualTo(JsonRpcConnection.OPEN_MAX);
  }

  @Test
  void whoBreaksTheConnectionEndsItsCalls() throws Exception {
    socket.setSoLinger(true, 0);
    requireEndOfCalls();
  }

  /** Without a reset: all that comes is the end of what it sends. */
  @Test
  void whoClosesTheConnectionEndsItsCalls() throws Exception {
    requireEndOfCalls();
  }

  private void requireEndOfCalls() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    calls.answer(call -> {
      begun.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        ended.countDown();
        throw e;
      }
      return FakeCalls.value("1");
    });
    send("{\"method\":\"Arith.half\",\"params\":[2],\"id\":1}\n");
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    socket.close();
    assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aTakenPortIsSaidWithAddressAndReason() {
    assertThatThrownBy(() -> JsonRpcGateway.start(gateway.address(), _ -> fail(), calls).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + gateway.address().getPort())
        .hasMessageContaining("in use");
  }

  private static SecuredSocket fail() throws IOException {
    throw new IOException("nobody is let in");
  }
}
