package org.volvox.verify.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.volvox.worlds.raft.RaftVerbs;

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

  private static String papers() throws IOException {
    return Files.readString(Modules.root().resolve("docs/papers.md"));
  }

  /** By the class's name. */
  private static Map<String, Path> sources() {
    Map<String, Path> sources = new TreeMap<>();
    for (String folder : List.of("src/main/java", "src/test/java")) {
      for (Path source : Modules.sources(folder)) {
        sources.put(source.getFileName().toString().replace(".java", ""), source);
      }
    }
    return sources;
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
  void classesAndTestsThatPapersNameAreThere() throws IOException {
    Map<String, Path> sources = sources();
    List<String> absent = new ArrayList<>();
    int named = 0;
    Matcher names = CODE.matcher(papers());
    while (names.find()) {
      String[] words = names.group(1).split("\\.", -1);
      for (int i = 0; i < words.length; i++) {
        if (!Character.isUpperCase(words[i].charAt(0))) continue;
        named++;
        Path source = sources.get(words[i]);
        boolean isThere = source != null;
        if (isThere && i + 1 < words.length) {
          isThere = Files.readString(source).contains(words[i + 1]);
        }
        if (!isThere) absent.add(names.group(1));
        break;
      }
    }
    assertThat(absent).isEmpty();
    assertThat(named).as("classes named").isGreaterThan(20);
  }

  @Test
  void papersNameEachScenarioThatGuardsAgainstAKnownBug() throws IOException {
    String papers = papers();
    List<String> unnamed = new ArrayList<>(RaftVerbs.SCENARIOS);
    unnamed.removeIf(scenario -> papers.contains("`" + scenario + "`"));
    assertThat(unnamed).isEmpty();
  }

  @Test
  void theReadmeStaysShort() throws IOException {
    assertThat(Files.readAllLines(Modules.root().resolve("README.md")))
        .hasSizeLessThan(README_LINES_MAX);
  }
}
