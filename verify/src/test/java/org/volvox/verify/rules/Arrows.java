package org.volvox.verify.rules;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Rule 1: one direction of dependency between modules, in tests too. */
final class Arrows {
  private Arrows() {}

  /**
   * The uses of other modules' types that the architecture does not draw.
   *
   * @param module the module to judge the class as, which a planted class chooses
   * @param isTest tests of pure modules may use the simulator
   */
  static Set<String> violations(JavaClass type, String module, boolean isTest) {
    List<String> allowed = Modules.ARROWS.getOrDefault(module, List.of());
    TreeSet<String> found = new TreeSet<>();
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      String target = Modules.of(dependency.getTargetClass().getBaseComponentType().getName());
      if (target.isEmpty() || target.equals(module) || allowed.contains(target)) continue;
      if (isTest && target.equals("sim") && Modules.PURE.contains(module)) continue;
      found.add(
          type.getName()
              + " (module "
              + module
              + ") uses "
              + dependency.getTargetClass().getName()
              + ": "
              + module
              + " may use only "
              + allowed
              + "; move what both need down, or pass it in through an interface");
    }
    return found;
  }
}
