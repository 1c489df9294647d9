package org.volvox.cli;

import java.util.List;
import picocli.CommandLine.Command;

/** `volvox config`: the settings that hold, and where each came from. */
@Command(
    name = "config",
    description = "Shows the settings that hold and where each came from.",
    customSynopsis = "volvox config [--json]",
    footer = {
      "",
      "A setting has one name: as a flag, --timeout 5s; in the environment, VOLVOX_TIMEOUT=5s; in the",
      "file ~/.config/volvox/config (or VOLVOX_CONFIG), a line timeout = 5s. The first of these holds.",
      "reserve and scrub-rate are of nodes, from their next start on: volvox up --help.",
      "",
      "Examples:",
      "  VOLVOX_TIMEOUT=5s volvox config",
      "  echo 'dir = ~/cluster' >> ~/.config/volvox/config"
    })
final class ConfigCommand extends AbstractCommand {
  ConfigCommand(Root root) {
    super(root);
  }

  private static Root.Setting shown(Root.Setting setting, String otherwise) {
    return setting.value().isEmpty()
        ? new Root.Setting(setting.name(), otherwise, setting.source())
        : setting;
  }

  @Override
  protected int run() {
    List<Root.Setting> settings =
        List.of(
            root().dirSetting(),
            root().nodeSetting(),
            root().timeoutSetting(),
            shown(root().setting("reserve", ""), "64m or 1 % of the disk"),
            shown(root().setting("scrub-rate", ""), "16m"));
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
