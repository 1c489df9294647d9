package org.volvox.gateways.jsonrpc;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.volvox.base.MalformedException;
import org.volvox.base.json.Json;
import org.volvox.base.json.JsonReader;
import org.volvox.rpc.SecuredSocket;

/**
 * One connection: reads requests as they come, has each answered by a thread of its own, and writes
 * the answers as they are there. With as many requests open as may be it reads no more.
 */
final class JsonRpcConnection {
  static final int REQUEST_BYTES_MAX = 4 << 20;
  static final int OPEN_MAX = 64;

  private static final Logger LOG = Logger.getLogger(JsonRpcConnection.class.getName());
  private static final long IDLE = 0;

  /**
   * What is written to who has sent all its requests but not heard all answers: an end of its
   * sending alone looks like the end of both ways until something is written, which the other end
   * then refuses. Between JSON texts a space means nothing.
   */
  private static final byte[] PROBE = {' '};

  private static final Duration PROBE_EACH = Duration.ofMillis(250);

  private final Socket socket;
  private final SecuredSocket streams;
  private final Answers answers;
  private final Semaphore room = new Semaphore(OPEN_MAX);
  private final ReentrantLock writing = new ReentrantLock();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile long writingSince = IDLE;

  /**
   * @param socket below the streams
   */
  JsonRpcConnection(Socket socket, SecuredSocket streams, Answers answers) {
    this.socket = socket;
    this.streams = streams;
    this.answers = answers;
  }

  /** Until the other end has no more requests and has its answers, or breaks a rule. */
  void serve() {
    boolean isWhole = false;
    try (threads) {
      isWhole =
          readAll(new JsonFrames(streams.in(), REQUEST_BYTES_MAX)) && isThereUntilAllIsAnswered();
    } catch (MalformedException e) {
      write(Answers.error(new Json.Null(), String.valueOf(e.getMessage())));
    } catch (IOException e) {
      LOG.log(Level.FINE, "a connection broke: {0}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
      LOG.log(Level.FINE, "{0} is gone, in order: {1}", new Object[] {streams.identity(), isWhole});
    }
  }

  private boolean readAll(JsonFrames frames)
      throws IOException, MalformedException, InterruptedException {
    try {
      Optional<String> next = frames.next();
      while (next.isPresent()) {
        Json.Fields fields = JsonReader.readFields(next.get());
        room.acquire();
        threads.execute(() -> answer(fields));
        next = frames.next();
      }
      return true;
    } catch (IOException | MalformedException | InterruptedException e) {
      threads.shutdownNow(); // Nobody hears the answers of what is still open.
      throw e;
    }
  }

  /** Whether the other end was there until the last answer; if not, what is open is given up. */
  private boolean isThereUntilAllIsAnswered() throws InterruptedException {
    threads.shutdown();
    while (!threads.awaitTermination(PROBE_EACH.toMillis(), TimeUnit.MILLISECONDS)) {
      if (!write(PROBE)) {
        threads.shutdownNow();
        return false;
      }
    }
    return true;
  }

  private void answer(Json.Fields fields) {
    try {
      Request request = Request.of(fields);
      String answer = answers.to(request, streams.identity());
      if (request.wantsAnswer()) {
        write(answer);
      }
    } catch (MalformedException e) {
      write(Answers.error(Request.id(fields), String.valueOf(e.getMessage())));
    } finally {
      room.release();
    }
  }

  private void write(String answer) {
    write((answer + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Closes the connection if it cannot be written to. */
  private boolean write(byte[] bytes) {
    writing.lock();
    try {
      writingSince = System.nanoTime() | 1;
      streams.out().write(bytes);
      streams.out().flush();
      return true;
    } catch (IOException e) {
      close();
      return false;
    } finally {
      writingSince = IDLE;
      writing.unlock();
    }
  }

  /** Ends it if the other end has not read for so long what it asked for. */
  void endIfStalled(Duration longest) {
    long since = writingSince;
    if (since != IDLE && System.nanoTime() - since > longest.toNanos()) {
      LOG.log(Level.INFO, "{0} does not read its answers: closed", streams.identity());
      close();
    }
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.FINE, "closing: {0}", e.getMessage());
    }
  }
}
