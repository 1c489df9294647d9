package org.volvox.cli.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.volvox.base.NodeId;
import org.volvox.client.Processes;
import org.volvox.client.RunningProcess;
import org.volvox.client.Volvox;

/** Step 3: runs a real program over the stored file, asked of n3, on whichever node is best. */
final class RunStep implements Step {
  private static final String PROGRAM = "sha256sum";

  @Override
  public String name() {
    return "run";
  }

  @Override
  public void run(Stage stage) throws IOException, InterruptedException, Wrong {
    NodeId entry = stage.local().nodes().get(2);
    Material.Item item = stage.material().largest();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (Volvox volvox = stage.through(entry)) {
      RunningProcess process =
          volvox
              .processes()
              .spawn(
                  new Processes.Program(
                      List.of(PROGRAM), Optional.of(item.path()), Optional.empty()));
      RunningProcess.End end =
          process.attach(Optional.empty(), output, OutputStream.nullOutputStream());
      Step.require(
          end.equals(new RunningProcess.End.Exited(0)),
          PROGRAM + " asked of " + entry + " ended with " + end);
      String said = output.toString(StandardCharsets.UTF_8);
      Step.require(
          said.startsWith(item.sha256()),
          PROGRAM + " said " + said.strip() + ", the original has " + item.sha256());
      String on = process.node().map(NodeId::toString).orElse("an unknown node");
      stage
          .talk()
          .line(PROGRAM + ", asked of " + entry + " ... ran on " + on + ", exit 0, same digest");
      stage.talk().line("nobody had to say where");
      stage.talk().verified("digest by " + PROGRAM + " run on " + on + ", exit code", "equal, 0");
    }
  }
}
