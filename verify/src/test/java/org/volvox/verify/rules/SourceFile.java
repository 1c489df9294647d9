package org.volvox.verify.rules;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** One source, parsed by the JDK's own compiler. */
record SourceFile(String name, String text, CompilationUnitTree tree, DocTrees trees) {
  static SourceFile read(Path file) {
    try {
      return parse(Modules.root().relativize(file).toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SourceFile parse(String name, String text) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        };
    JavacTask task =
        (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, List.of(file));
    try {
      return new SourceFile(name, text, task.parse().iterator().next(), DocTrees.instance(task));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines from the declaration's first to its last character. */
  int lines(Tree part) {
    return lineOf(positions().getEndPosition(tree, part)) - line(part) + 1;
  }

  int line(Tree part) {
    return lineOf(positions().getStartPosition(tree, part));
  }

  boolean isTest() {
    return name.contains("src/test/");
  }

  private SourcePositions positions() {
    return trees.getSourcePositions();
  }

  private int lineOf(long position) {
    return position < 0 ? 0 : (int) tree.getLineMap().getLineNumber(position);
  }
}
