package org.volvox.cli.manual;

import java.util.List;
import java.util.Locale;

/** A command's manual page in the macros of man(7). */
public final class ManualPage {
  /** What stands in every page behind the options. */
  private static final String EXIT_STATUS =
      """
      .SH EXIT STATUS
      .TP
      0
      done
      .TP
      1
      failed
      .TP
      2
      wrong command line
      .TP
      3
      refused for want of a quorum, or nothing could be reached; nothing was written
      .TP
      4
      not allowed
      .TP
      124
      the time is over and the outcome is not known; the message says how to repeat the request
      """;

  private static final String RUN =
      """
      .TP
      others
      \\fBvolvox run\\fR and \\fBvolvox keys lock\\fR give the program's own, and 255 for a failure of theirs
      """;

  private final StringBuilder out = new StringBuilder();
  private final String version;

  private ManualPage(String version) {
    this.version = version;
  }

  /** The page of one command. */
  public static String of(Entry entry, String version) {
    ManualPage page = new ManualPage(version);
    page.title("volvox-" + entry.name(), entry.description());
    page.out.append(".SH SYNOPSIS\n");
    page.asIs(entry.synopsis());
    page.out.append(".SH DESCRIPTION\n").append(escaped(entry.description())).append('\n');
    int examples = examplesAt(entry.footer());
    page.asIs(entry.footer().subList(0, examples));
    page.options("OPTIONS", entry.options());
    page.options("OPTIONS OF ALL COMMANDS", Entry.EVERYWHERE);
    page.out.append(EXIT_STATUS).append(RUN);
    if (examples < entry.footer().size()) {
      page.out.append(".SH EXAMPLES\n");
      page.asIs(entry.footer().subList(examples + 1, entry.footer().size()));
    }
    page.out.append(".SH SEE ALSO\n.BR volvox (1)\n");
    return page.out.toString();
  }

  /** The page of the whole, which names all commands. */
  public static String ofAll(List<Entry> entries, String version) {
    ManualPage page = new ManualPage(version);
    page.title("volvox", "many machines, one computer");
    page.out.append(".SH SYNOPSIS\n.B volvox\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIWORDS\\fR]\n");
    page.out.append(
        """
        .SH DESCRIPTION
        Makes a collection of machines appear as one computer: one tree of files, one table of processes, one
        directory of services, one order of events.
        .SH COMMANDS
        """);
    for (Entry entry : entries) {
      page.out
          .append(".TP\n.BR volvox-")
          .append(escaped(entry.name()))
          .append(" (1)\n")
          .append(escaped(entry.description()))
          .append('\n');
    }
    page.options("OPTIONS OF ALL COMMANDS", Entry.EVERYWHERE);
    page.out.append(EXIT_STATUS).append(RUN);
    page.out.append(
        """
        .SH ENVIRONMENT
        .TP
        .B VOLVOX_DIR
        the cluster's folder; else \\fI$XDG_STATE_HOME/volvox/default\\fR or \\fI~/.local/state/volvox/default\\fR
        .TP
        .BR VOLVOX_NODE ", " VOLVOX_TIMEOUT
        as the options \\fB\\-\\-node\\fR and \\fB\\-\\-timeout\\fR
        """);
    return page.out.toString();
  }

  private void title(String name, String description) {
    out.append(".TH ")
        .append(escaped(name.toUpperCase(Locale.ROOT)))
        .append(" 1 \"\" \"Volvox ")
        .append(version)
        .append("\" \"Volvox\"\n.SH NAME\n")
        .append(escaped(name))
        .append(" \\- ")
        .append(escaped(description))
        .append('\n');
  }

  /** Where the examples begin; behind the end if there are none. */
  private static int examplesAt(List<String> footer) {
    for (int i = 0; i < footer.size(); i++) {
      if (footer.get(i).equals("Examples:") || footer.get(i).equals("Example:")) {
        return i;
      }
    }
    return footer.size();
  }

  /** Lines that stand below each other as they are. */
  private void asIs(List<String> lines) {
    List<String> shown = lines;
    while (!shown.isEmpty() && shown.getFirst().isEmpty()) {
      shown = shown.subList(1, shown.size());
    }
    while (!shown.isEmpty() && shown.getLast().isEmpty()) {
      shown = shown.subList(0, shown.size() - 1);
    }
    if (shown.isEmpty()) {
      return;
    }
    int lastLine = out.lastIndexOf("\n", out.length() - 2) + 1;
    boolean isBelowHeading = out.indexOf(".SH", lastLine) == lastLine;
    out.append(isBelowHeading ? ".nf\n" : ".PP\n.nf\n");
    shown.forEach(line -> out.append(escaped(line)).append('\n'));
    out.append(".fi\n");
  }

  private void options(String title, List<Entry.Choice> options) {
    if (options.isEmpty()) {
      return;
    }
    out.append(".SH ").append(title).append('\n');
    for (Entry.Choice option : options) {
      List<String> names =
          option.names().stream().map(name -> "\\fB" + escaped(name) + "\\fR").toList();
      out.append(".TP\n").append(String.join(", ", names));
      if (option.takesValue()) {
        out.append(" \\fI").append(escaped(option.value())).append("\\fR");
      }
      out.append('\n').append(escaped(option.description())).append('\n');
    }
  }

  /** Nothing of a text is taken for a macro, and a minus stays one. */
  private static String escaped(String text) {
    String plain = text.replace("\\", "\\e").replace("-", "\\-");
    return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
  }
}
