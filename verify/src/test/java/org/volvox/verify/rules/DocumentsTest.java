package org.volvox.verify.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name is there, and the README stays short. */
final class DocumentsTest {
  private static final int README_LINES_MAX = 80;
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([\\w.]+)`");

  private static List<Path> documents() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder : List.of("", "docs", "docs/adr", "bench/results")) {
      try (Stream<Path> files = Files.list(Modules.root().resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(found::add);
      }
    }
    return found;
  }

  private static Set<String> classes() {
    Set<String> names = new TreeSet<>();
    for (String folder : List.of("src/main/java", "src/test/java")) {
      for (Path source : Modules.sources(folder)) {
        names.add(source.getFileName().toString().replace(".java", ""));
      }
    }
    return names;
  }

  @Test
  void linksLeadToFilesThatAreThere() throws IOException {
    List<String> broken = new ArrayList<>();
    List<Path> documents = documents();
    for (Path document : documents) {
      Matcher links = LINK.matcher(Files.readString(document));
      while (links.find()) {
        if (!Files.exists(document.resolveSibling(links.group(1)))) {
          broken.add(document.getFileName() + " links to " + links.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(documents).as("documents seen").hasSizeGreaterThan(8);
  }

  @Test
  void classesThatPapersNameAreThere() throws IOException {
    Set<String> classes = classes();
    List<String> absent = new ArrayList<>();
    int named = 0;
    Matcher names = CODE.matcher(Files.readString(Modules.root().resolve("docs/papers.md")));
    while (names.find()) {
      for (String word : names.group(1).split("\\.", -1)) {
        if (!Character.isUpperCase(word.charAt(0))) continue;
        named++;
        if (!classes.contains(word)) absent.add(names.group(1));
        break; // What follows a class's name is nested in it.
      }
    }
    assertThat(absent).isEmpty();
    assertThat(named).as("classes named").isGreaterThan(20);
  }

  @Test
  void theReadmeStaysShort() throws IOException {
    assertThat(Files.readAllLines(Modules.root().resolve("README.md")))
        .hasSizeLessThan(README_LINES_MAX);
  }
}
