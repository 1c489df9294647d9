package org.volvox.cli.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.volvox.cli.AbstractCommand;
import org.volvox.cli.ExitCode;
import org.volvox.cli.Failure;
import org.volvox.cli.Json;
import org.volvox.cli.Root;
import org.volvox.cli.Suggest;
import org.volvox.node.folder.AccessToken;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** `volvox token`: what lets this user in where there is no certificate. */
@Command(
    name = "token",
    description = "Prints the token that services over HTTP want of this user.",
    customSynopsis = {"volvox token show"},
    footer = {
      "",
      "Who has it can call every service: it is as good as the key beside it, in DIR/client.",
      "",
      "Example:",
      "  curl -H \"Authorization: Bearer $$(volvox token show)\" -H 'Content-Type: application/json' \\",
      "    -d '[5, 10]' http://127.1.2.1:7680/rpc/CalcService/add"
    })
public final class TokenCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "ACTION", description = "what to do")
  private String action = "";

  public TokenCommand(Root root) {
    super(root);
  }

  @Override
  public List<String> actions() {
    return List.of("show");
  }

  @Override
  protected int run() throws IOException {
    Suggest.require("token", action, actions());
    Path client = root().folder().resolve("client");
    String token =
        AccessToken.read(client)
            .orElseThrow(() ->
                new Failure(
                    ExitCode.FAILED,
                    "no token in " + client,
                    "It is made when nodes start: volvox up --dir " + root().folder()));
    if (root().isJson()) {
      new Json(streams().out()).openObject().field("token", token).closeObject().endLine();
    } else {
      streams().out().println(token);
    }
    return ExitCode.DONE;
  }
}
