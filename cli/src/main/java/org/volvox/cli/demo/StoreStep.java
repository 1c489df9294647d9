package org.volvox.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.volvox.base.NodeId;
import org.volvox.cli.Human;
import org.volvox.cli.ProgressLine;
import org.volvox.cli.cluster.Leadership;
import org.volvox.client.Volvox;
import org.volvox.client.VolvoxFiles;

/** Step 1: stores a real file through n1 and waits until every node says that it holds it. */
final class StoreStep implements Step {
  private static final Duration COPIES_MAX = Duration.ofMinutes(1);

  @Override
  public String name() {
    return "store";
  }

  @Override
  public void run(Stage stage) throws IOException, InterruptedException, Wrong {
    NodeId entry = stage.local().nodes().getFirst();
    Material material = stage.material();
    long begun = System.nanoTime();
    try (Volvox volvox = stage.through(entry);
        ProgressLine line = new ProgressLine(stage.talk().streams(), "          stored")) {
      volvox.files().mkdir(Stage.FOLDER, true);
      if (material.isFolder()) {
        volvox
            .files()
            .putTree(
                material.source(),
                material.path(),
                (_, files, bytes) ->
                    line.say(Human.count(files, "file") + ", " + Human.bytes(bytes)));
      } else {
        volvox.files().put(material.source(), material.path(), line);
      }
      Duration span = Duration.ofNanos(System.nanoTime() - begun);
      line.wipe();
      int copies = awaitCopies(volvox, material.largest().path());
      String what =
          material.isFolder()
              ? Human.count(material.items().size(), "file") + ", " + Human.bytes(material.size())
              : Human.bytes(material.size());
      stage
          .talk()
          .line(
              material.path()
                  + ", "
                  + what
                  + " through "
                  + entry
                  + " ... "
                  + Human.count(copies, "copy").replace("copys", "copies")
                  + "   "
                  + Human.span(span)
                  + "   "
                  + Human.rate(material.size(), span));
      stage.talk().verified("copies, as the nodes themselves say", Integer.toString(copies));
    }
  }

  /** An answered put is durable on a majority; the last copy may be on its way. */
  private static int awaitCopies(Volvox volvox, String path)
      throws IOException, InterruptedException, Wrong {
    long deadline = System.nanoTime() + COPIES_MAX.toNanos();
    List<VolvoxFiles.Holding> holdings = volvox.files().where(path);
    while (deadline - System.nanoTime() > 0) {
      if (holdings.stream().allMatch(node -> node.failure().isEmpty() && isWhole(node))) {
        return holdings.size();
      }
      Leadership.pause(Duration.ofMillis(50));
      holdings = volvox.files().where(path);
    }
    throw new Wrong("not all nodes hold " + path + ": " + holdings);
  }

  private static boolean isWhole(VolvoxFiles.Holding holding) {
    return holding.held() == holding.ofBlocks();
  }
}
