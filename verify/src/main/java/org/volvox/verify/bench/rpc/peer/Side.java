package org.volvox.verify.bench.rpc.peer;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One side of one way to call, in a process of its own. It is told lines and tells one for each:
 * `allocated` is answered with the bytes that it has allocated since it began, anything else is for
 * a caller and asks for a round. It ends when its standard input ends.
 */
public final class Side {
  /** Begins a line that is an answer; libraries may write others. */
  public static final String ANSWER = "answer ";

  /** Asks for the bytes allocated so far. */
  public static final String ALLOCATED = "allocated";

  private Side() {}

  /** Arguments: serve or call, the system, its way, the run's folder, the system's folder. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Place place = new Place(Way.of(arguments[2]), Path.of(arguments[3]), Path.of(arguments[4]));
    Family family = Family.of(arguments[1]);
    Caller caller = new Caller(family, place);
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      if (arguments[0].equals("serve")) family.serve(place);
      out.println(ANSWER + "ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        boolean isOfServer = line.equals(ALLOCATED);
        out.println(
            ANSWER
                + (isOfServer ? Long.toString(allocated()) : caller.run(Round.parse(line)).text()));
      }
    } catch (Exception e) {
      e.printStackTrace();
      out.println(ANSWER + "failed " + e);
    }
    Runtime.getRuntime().halt(0);
  }

  /** By all threads, those that ended included. */
  static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getTotalThreadAllocatedBytes();
  }
}
