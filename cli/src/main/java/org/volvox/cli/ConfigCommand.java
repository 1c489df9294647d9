package org.volvox.cli;

import java.util.List;
import picocli.CommandLine.Command;

/** `volvox config`: the settings that hold, and where each came from. */
@Command(
    name = "config",
    description = "Shows the settings that hold and where each came from.",
    customSynopsis = "volvox config [--json]",
    footer = {"", "Example:", "  VOLVOX_TIMEOUT=5s volvox config"})
final class ConfigCommand extends AbstractCommand {
  ConfigCommand(Root root) {
    super(root);
  }

  @Override
  protected int run() {
    List<Root.Setting> settings =
        List.of(root().dirSetting(), root().nodeSetting(), root().timeoutSetting());
    if (root().isJson()) {
      Json json = new Json(streams().out()).openArray();
      for (Root.Setting setting : settings) {
        json.openObject()
            .field("name", setting.name())
            .field("value", setting.value())
            .field("source", setting.source())
            .closeObject();
      }
      json.closeArray().endLine();
      return ExitCode.DONE;
    }
    Table table = new Table("SETTING", "VALUE", "FROM");
    settings.forEach(s -> table.row(s.name(), s.value(), s.source()));
    table.print(streams().out());
    return ExitCode.DONE;
  }
}
