package org.volvox.verify.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The whole tree keeps the rules of the architecture. */
final class ArchitectureTest {
  private static JavaClasses classesOf(String module, String folder) {
    Path path = Modules.root().resolve(module).resolve("target").resolve(folder);
    return Files.isDirectory(path)
        ? new ClassFileImporter().importPath(path)
        : new ClassFileImporter().importClasses();
  }

  @Test
  void modulesUseOnlyTheModulesBelowThem() {
    List<String> found = new ArrayList<>();
    for (String module : Modules.ARROWS.keySet()) {
      for (JavaClass type : classesOf(module, "classes")) {
        found.addAll(Arrows.violations(type, module, false));
      }
      for (JavaClass type : classesOf(module, "test-classes")) {
        found.addAll(Arrows.violations(type, module, true));
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void pureModulesOnlyDecide() {
    List<String> found = new ArrayList<>();
    int classes = 0;
    for (String module : Modules.PURE) {
      for (JavaClass type : classesOf(module, "classes")) {
        classes++;
        found.addAll(Purity.violations(type));
      }
    }
    assertThat(found).isEmpty();
    assertThat(classes).as("classes seen").isGreaterThan(20);
  }

  @Test
  void theLibraryShowsItsApiOnly() {
    List<String> found = new ArrayList<>();
    JavaClasses classes = classesOf("client", "classes");
    for (JavaClass type : classes) found.addAll(Exposed.violations(type));
    assertThat(found).isEmpty();
    assertThat(classes.size()).as("classes seen").isGreaterThan(20);
  }

  @Test
  void sourcesKeepTheHabitsOfTheHouse() {
    List<String> found = new ArrayList<>();
    List<Path> sources = new ArrayList<>(Modules.sources("src/main/java"));
    sources.addAll(Modules.sources("src/test/java"));
    for (Path source : sources) found.addAll(SourceRules.violations(SourceFile.read(source)));
    assertThat(found).isEmpty();
    assertThat(sources).as("sources seen").hasSizeGreaterThan(20);
  }

  @Test
  void eachPackageHasAFrontPageAndLiesInItsModule() {
    TreeSet<String> packages = new TreeSet<>();
    TreeSet<String> documented = new TreeSet<>();
    for (String folder : List.of("src/main/java", "src/test/java")) {
      for (Path source : Modules.sources(folder)) {
        Path relative = Modules.root().relativize(source);
        String module = relative.getName(0).toString();
        String name = relative.subpath(4, relative.getNameCount() - 1).toString().replace('/', '.');
        assertThat(name).as("package of " + relative).startsWith("org.volvox." + module);
        packages.add(name);
        if (relative.endsWith("package-info.java")) documented.add(name);
      }
    }
    assertThat(documented).isEqualTo(packages);
  }
}
