package org.volvox.verify.rules;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Set;
import java.util.TreeSet;

/** Rule 5: what the client library shows to programs is marked as its API, and nothing else is. */
final class Exposed {
  private static final String API = "org.volvox.base.Api";

  private Exposed() {}

  /** A public top-level type of the library without the mark, or the mark on what nobody sees. */
  static Set<String> violations(JavaClass type) {
    TreeSet<String> found = new TreeSet<>();
    if (!type.isTopLevelClass() || type.getSimpleName().equals("package-info")) return found;
    boolean isPublic = type.getModifiers().contains(JavaModifier.PUBLIC);
    boolean isMarked = type.isAnnotatedWith(API);
    if (isPublic && !isMarked) {
      found.add(
          type.getName()
              + " is public without @Api: programs would come to rest on it; mark it, or use it"
              + " inside its package only");
    }
    if (isMarked && !isPublic) {
      found.add(type.getName() + " is marked @Api and cannot be seen; make it public or unmark it");
    }
    return found;
  }
}
