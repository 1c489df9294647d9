package org.volvox.verify.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.volvox.base.Bytes;
import org.volvox.client.Volvox;

/** Each rule fails where it must: a planted violation is caught, its honest neighbour is not. */
final class RulesCatchTest {
  private static final String PLANTED = "org.volvox.verify.rules.planted.";

  private static JavaClass planted(String name) {
    Path classes = Modules.root().resolve("verify/target/test-classes/org/volvox/verify/rules");
    return new ClassFileImporter().importPath(classes).get(name);
  }

  private static boolean catches(String fileName, String text, String message) {
    return SourceRules.violations(SourceFile.parse(fileName, text)).stream()
        .anyMatch(line -> line.contains(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.nio.file.Path",
        "java.util.concurrent.atomic.AtomicInteger",
        "java.lang.System#nanoTime",
        "java.lang.System#currentTimeMillis",
        "java.lang.Thread",
        "java.util.HashMap",
        "java.util.Map#of",
        "java.util.stream.Collectors#toSet",
        "java.lang.String#format",
        "java.lang.Math#random"
      })
  void purityCatches(String use) {
    assertThat(Purity.violations(planted(PLANTED + "Impure")))
        .anyMatch(line -> line.contains(" uses " + use + ": ") && line.contains("; use "));
  }

  @Test
  void purityLetsOrderedCodePass() {
    assertThat(Purity.violations(planted(PLANTED + "Pure"))).isEmpty();
  }

  @Test
  void arrowsCatchAUseOfAModuleAbove() {
    JavaClass user = planted("org.volvox.verify.rules.UsesRaft");
    assertThat(Arrows.violations(user, "storage", false))
        .anyMatch(line -> line.contains("storage may use only [base]"));
    assertThat(Arrows.violations(user, "fs", true)).isNotEmpty();
    assertThat(Arrows.violations(user, "node", false)).isEmpty();
  }

  @Test
  void exposedCatchesWhatIsSeenAndNotMarkedAndTheReverse() {
    JavaClass open = new ClassFileImporter().importClass(Bytes.class);
    assertThat(Exposed.violations(open)).anyMatch(line -> line.contains("public without @Api"));
    assertThat(Exposed.violations(planted(PLANTED + "Promised")))
        .anyMatch(line -> line.contains("cannot be seen"));
    JavaClass api = new ClassFileImporter().importClass(Volvox.class);
    assertThat(Exposed.violations(api)).isEmpty();
  }

  @Test
  void theSimulatorServesTestsOfPureModulesOnly() {
    assertThat(Modules.PURE).contains("kernel").doesNotContain("storage");
    Set<String> none = Arrows.violations(planted(PLANTED + "Pure"), "verify", true);
    assertThat(none).isEmpty();
  }

  @Test
  void catchesALongClassAndALongMethod() {
    String body = "  int x;\n".repeat(SourceRules.CLASS_LINES_MAX);
    assertThat(catches("base/A.java", "/** A. */ class A {\n" + body + "}", "499")).isFalse();
    assertThat(catches("base/A.java", "/** A. */ class A {\n" + body + "}", "class A has"))
        .isTrue();
    String steps = "    x();\n".repeat(SourceRules.METHOD_LINES_MAX);
    String method = "/** A. */ class A {\n  void x() {\n" + steps + "  }\n}";
    assertThat(catches("base/A.java", method, "x has")).isTrue();
  }

  @Test
  void catchesManyParametersButNotThoseOfARecord() {
    String six = "(int a, int b, int c, int d, int e, int f)";
    assertThat(catches("base/A.java", "/** A. */ class A { void x" + six + " {} }", "parameters"))
        .isTrue();
    assertThat(catches("base/A.java", "/** A. */ record A" + six + " {}", "parameters")).isFalse();
  }

  @Test
  void catchesASleepASuppressionAndANoteForLater() {
    String sleep = "class A { void x() throws Exception { Thread.sleep(1); } }";
    assertThat(catches("base/src/test/java/A.java", sleep, "a sleep")).isTrue();
    String suppressed = "@SuppressWarnings(\"all\") class A {}";
    assertThat(catches("base/A.java", suppressed, "suppressed")).isTrue();
    assertThat(catches("base/A.java", "/** A. */ class A {} // TO" + "DO x", "for later")).isTrue();
  }

  @Test
  void catchesRulesThatAreNotThePapers() {
    String broken = "/** A. */ class A { Object o = new Rules() { }; }";
    assertThat(catches("node/src/main/java/A.java", broken, "Rules.PAPER")).isTrue();
    assertThat(catches("worlds/src/main/java/A.java", broken, "Rules.PAPER")).isFalse();
    String named = "/** A. */ class A { Object o = Rules.VOTE_TWICE; }";
    assertThat(catches("node/src/main/java/A.java", named, "Rules.PAPER")).isTrue();
    String clock = "/** A. */ class A implements ClockRules { }";
    assertThat(catches("rpc/src/main/java/A.java", clock, "Rules.PAPER")).isTrue();
    assertThat(catches("worlds/src/main/java/A.java", clock, "Rules.PAPER")).isFalse();
    String time =
        "/** A. */ class A { Object o = ClockRules.BROKEN; Object p = ClockRules.PAPER; }";
    assertThat(catches("rpc/src/main/java/A.java", time, "Rules.PAPER")).isTrue();
    assertThat(catches("rpc/src/main/java/A.java", time.replace("BROKEN", "PAPER"), "Rules"))
        .isFalse();
    String paxos = "/** A. */ class A { Object o = new PaxosRules() { }; }";
    assertThat(catches("node/src/main/java/A.java", paxos, "Rules.PAPER")).isTrue();
    assertThat(catches("worlds/src/main/java/A.java", paxos, "Rules.PAPER")).isFalse();
    String service = "/** A. */ class A { Object o = new ServiceRules() { }; }";
    assertThat(catches("client/src/main/java/A.java", service, "Rules.PAPER")).isTrue();
    String paper = "/** A. */ class A { Object o = Rules.PAPER; }";
    assertThat(catches("node/src/main/java/A.java", paper, "Rules.PAPER")).isFalse();
  }

  @Test
  void catchesAPackageWithoutAFrontPage() {
    String bare = "package a;";
    assertThat(catches("base/a/package-info.java", bare, "front-page")).isTrue();
    assertThat(catches("base/a/package-info.java", bare, "@NullMarked")).isTrue();
  }

  @Test
  void catchesAClassWithoutAComment() {
    assertThat(catches("base/src/main/java/A.java", "class A {}", "no comment")).isTrue();
    assertThat(catches("base/src/test/java/A.java", "class A {}", "no comment")).isFalse();
  }
}
