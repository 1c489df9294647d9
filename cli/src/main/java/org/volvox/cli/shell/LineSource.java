package org.volvox.cli.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Where lines come from: a person at a terminal, or anything else. */
public interface LineSource extends AutoCloseable {
  /** The next line; empty at the end. */
  Optional<String> next() throws IOException;

  /** Calls this at Ctrl-C until it is set again. */
  void onInterrupt(Runnable handler);

  @Override
  void close() throws IOException;

  /** Lines of a file or a pipe. */
  static LineSource of(InputStream in) {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    return new LineSource() {
      @Override
      public Optional<String> next() throws IOException {
        return Optional.ofNullable(reader.readLine());
      }

      @Override
      public void onInterrupt(Runnable handler) {
        // Ctrl-C ends a script, as it ends any program.
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }

  /** A terminal, with a history that is kept in a file of this user's alone. */
  static LineSource ofTerminal(Path history, Completions completions) throws IOException {
    if (!Files.exists(history)) {
      Files.createDirectories(history.toAbsolutePath().getParent());
      Files.createFile(
          history,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Terminal terminal = TerminalBuilder.builder().system(true).build();
    LineReader reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("volvox")
            .variable(LineReader.HISTORY_FILE, history)
            .completer((_, line, candidates) -> {
              String word = line.word().substring(0, line.wordCursor());
              completions
                  .of(line.words().subList(0, line.wordIndex()), word)
                  .forEach(each -> candidates.add(candidate(each)));
            })
            .build();
    return new LineSource() {
      private boolean isAtEnd;

      @Override
      public Optional<String> next() {
        Optional<String> line = typed();
        while (line.isEmpty() && !isAtEnd) {
          line = typed();
        }
        return line;
      }

      // Empty too where Ctrl-C has thrown the line away.
      private Optional<String> typed() {
        try {
          return Optional.of(reader.readLine("volvox> "));
        } catch (UserInterruptException e) {
          return Optional.empty();
        } catch (EndOfFileException e) {
          isAtEnd = true;
          return Optional.empty();
        }
      }

      @Override
      public void onInterrupt(Runnable handler) {
        terminal.handle(Terminal.Signal.INT, _ -> handler.run());
      }

      @Override
      public void close() throws IOException {
        terminal.close();
      }
    };
  }

  private static Candidate candidate(String word) {
    // Behind a directory one goes on writing.
    return new Candidate(word, word, null, null, null, null, !word.endsWith("/"));
  }
}
