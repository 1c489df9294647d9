package org.volvox.verify.rules;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules that bytecode cannot tell: sizes, comments, names (architecture, rules 4 to 6). */
final class SourceRules {
  static final int CLASS_LINES_MAX = 499;
  static final int METHOD_LINES_MAX = 59;
  static final int PARAMETERS_MAX = 5;
  private static final int FRONT_PAGE_CHARACTERS_MIN = 40;
  private static final Pattern LATER =
      Pattern.compile("\\b(" + "TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  private SourceRules() {}

  /** Everything in one source that breaks a rule, one line each. */
  static List<String> violations(SourceFile source) {
    Scan scan = new Scan(source);
    scan.scan(source.tree(), null);
    if (source.name().endsWith("package-info.java")) scan.frontPage();
    if (LATER.matcher(source.text()).find()) {
      scan.found.add(source.name() + ": a note for later; do it now, or write an issue");
    }
    return scan.found;
  }

  private static final class Scan extends TreePathScanner<@Nullable Void, @Nullable Void> {
    private final SourceFile source;
    private final List<String> found = new ArrayList<>();

    Scan(SourceFile source) {
      this.source = source;
    }

    private void add(Tree where, String what) {
      found.add(source.name() + ":" + source.line(where) + ": " + what);
    }

    void frontPage() {
      String page = packageComment();
      if (!source.isTest() && page.strip().length() < FRONT_PAGE_CHARACTERS_MIN) {
        found.add(source.name() + ": no front-page comment; say what the package is and may touch");
      }
      if (!source.text().contains("@NullMarked")) {
        found.add(source.name() + ": not @NullMarked; null is checked by the compiler everywhere");
      }
    }

    private String packageComment() {
      int start = source.text().indexOf("/**");
      int end = source.text().indexOf("*/");
      return start < 0 || end < start ? "" : source.text().substring(start + 3, end);
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
      String name = type.getSimpleName().toString();
      int lines = source.lines(type);
      if (lines > CLASS_LINES_MAX) {
        add(type, "class " + name + " has " + lines + " lines; split it by concern (under 500)");
      }
      boolean isTopLevel = getCurrentPath().getParentPath().getLeaf() == source.tree();
      if (isTopLevel
          && !source.isTest()
          && source.trees().getDocComment(getCurrentPath()) == null) {
        add(type, "class " + name + " has no comment; say what it is and who may call it");
      }
      for (Tree implemented : type.getImplementsClause()) namesRules(type, implemented.toString());
      return super.visitClass(type, null);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
      int lines = source.lines(method);
      String name = method.getName().toString();
      if (lines > METHOD_LINES_MAX) {
        add(method, name + " has " + lines + " lines; name its steps as methods (under 60)");
      }
      int parameters = method.getParameters().size();
      if (parameters > PARAMETERS_MAX && !isConstructorOfRecord(name)) {
        add(method, name + " has " + parameters + " parameters; make a record of them (under 6)");
      }
      return super.visitMethod(method, null);
    }

    private boolean isConstructorOfRecord(String name) {
      return name.equals("<init>")
          && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
    }

    @Override
    public @Nullable Void visitLambdaExpression(
        LambdaExpressionTree lambda, @Nullable Void unused) {
      int lines = source.lines(lambda);
      if (lines > METHOD_LINES_MAX)
        add(lambda, "a lambda of " + lines + " lines; make it a method");
      return super.visitLambdaExpression(lambda, null);
    }

    @Override
    public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void unused) {
      if (annotation.getAnnotationType().toString().endsWith("SuppressWarnings")) {
        add(annotation, "a suppressed warning; mend its cause");
      }
      return super.visitAnnotation(annotation, null);
    }

    @Override
    public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void unused) {
      String text = select.toString();
      if (text.equals("Thread.sleep") || text.matches("(TimeUnit\\.)?[A-Z]+SECONDS\\.sleep")) {
        add(select, "a sleep; wait for the condition with a deadline");
      }
      if (text.matches("(Clock|Paxos|Service)?Rules\\.[A-Z_]+") && !text.endsWith("Rules.PAPER"))
        namesRules(select, "Rules");
      return super.visitMemberSelect(select, null);
    }

    @Override
    public @Nullable Void visitNewClass(NewClassTree created, @Nullable Void unused) {
      if (created.getClassBody() != null) namesRules(created, created.getIdentifier().toString());
      return super.visitNewClass(created, null);
    }

    // Broken rules are for worlds and tests; anything that ships names the paper's only.
    private void namesRules(Tree where, String type) {
      String name = source.name().toLowerCase(Locale.ROOT);
      boolean mayBreak =
          source.isTest()
              || name.startsWith("worlds/")
              || name.endsWith("raft/rules.java")
              || name.endsWith("clock/clockrules.java")
              || name.endsWith("paxos/paxosrules.java")
              || name.endsWith("service/servicerules.java");
      if (type.matches("(Clock|Paxos|Service)?Rules") && !mayBreak) {
        add(where, "names other rules than Rules.PAPER; only worlds and tests may break a rule");
      }
    }
  }
}
