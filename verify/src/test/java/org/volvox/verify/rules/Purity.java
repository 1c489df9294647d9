package org.volvox.verify.rules;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a pure module must not touch, why, and what to use instead (architecture, rule 2). The
 * compile to JavaScript is the second guard; this one names the reason.
 */
final class Purity {
  /** A forbidden thing: a package with a dot at its end, a class, or class#method. */
  record Ban(String what, String reason, String instead) {}

  private static final String ACTS = "a pure module decides and never acts";
  private static final String ORDER = "its order differs between runs and in the browser";
  private static final String RANDOM = "its numbers differ in the browser or between runs";

  private static final List<Ban> BANS =
      List.of(
          new Ban("java.net.", ACTS, "an Effect that rpc carries out"),
          new Ban("java.nio.file.", ACTS, "base.Disk"),
          new Ban("java.nio.channels.", ACTS, "base.Disk, or an Effect"),
          new Ban("java.io.File", ACTS, "base.Disk"),
          new Ban("java.io.FileInputStream", ACTS, "base.Disk"),
          new Ban("java.io.FileOutputStream", ACTS, "base.Disk"),
          new Ban("java.util.concurrent.", "one thread calls a core", "plain fields"),
          new Ban("java.util.zip.", "not in the browser's library", "base.Crc32c"),
          new Ban("java.lang.foreign.", "not in the browser's library", "base.Bytes"),
          new Ban("java.lang.reflect.", "not in the browser's library", "a sealed interface"),
          new Ban("java.lang.invoke.VarHandle", "one thread calls a core", "plain fields"),
          new Ban("java.lang.Thread", "one thread calls a core", "an Effect"),
          new Ban("java.lang.ProcessBuilder", ACTS, "an Effect"),
          new Ban("java.util.Timer", ACTS, "nextDeadline()"),
          new Ban("java.util.logging.", ACTS, "an Effect or a trace that is an argument"),
          new Ban("java.lang.System$Logger", ACTS, "an Effect or a trace"),
          new Ban("org.slf4j.", ACTS, "an Effect or a trace that is an argument"),
          new Ban("java.lang.System#currentTimeMillis", "time is an input", "Input.now()"),
          new Ban("java.lang.System#nanoTime", "time is an input", "Input.now()"),
          new Ban("java.lang.System#getenv", "settings are arguments", "a config record"),
          new Ban("java.lang.System#identityHashCode", RANDOM, "an id"),
          new Ban("java.lang.Class#forName", "not in the browser's library", "a switch"),
          new Ban("java.time.Instant#now", "time is an input", "Input.now() or a Stamp"),
          new Ban("java.util.HashMap", ORDER, "TreeMap, LinkedHashMap or EnumMap"),
          new Ban("java.util.HashSet", ORDER, "TreeSet or LinkedHashSet"),
          new Ban("java.util.IdentityHashMap", ORDER, "TreeMap by id"),
          new Ban("java.util.Hashtable", ORDER, "TreeMap"),
          new Ban("java.util.Set#of", ORDER, "a List, or an unmodifiable TreeSet"),
          new Ban("java.util.Set#copyOf", ORDER, "an unmodifiable TreeSet"),
          new Ban("java.util.Map#of", ORDER, "TreeMap or LinkedHashMap"),
          new Ban("java.util.Map#ofEntries", ORDER, "TreeMap or LinkedHashMap"),
          new Ban("java.util.Map#copyOf", ORDER, "an unmodifiable TreeMap"),
          new Ban("java.util.stream.Collectors#toSet", ORDER, "toCollection(TreeSet::new)"),
          new Ban("java.util.stream.Collectors#toUnmodifiableSet", ORDER, "a TreeSet"),
          new Ban("java.util.stream.Collectors#toUnmodifiableMap", ORDER, "a TreeMap"),
          new Ban("java.util.Random", RANDOM, "base.Prng"),
          new Ban("java.util.SplittableRandom", RANDOM, "base.Prng"),
          new Ban("java.util.random.", RANDOM, "base.Prng"),
          new Ban("java.lang.Math#random", RANDOM, "base.Prng"),
          new Ban("java.util.UUID#randomUUID", RANDOM, "base.Prng"),
          new Ban("java.util.Collections#shuffle", RANDOM, "base.Prng"),
          new Ban("java.lang.String#format", "it makes the lab's page large", "concatenation"),
          new Ban("java.lang.String#formatted", "it makes the lab's page large", "concatenation"));

  private Purity() {}

  /** What the class does that a pure module must not do, one line each with reason and cure. */
  static Set<String> violations(JavaClass type) {
    TreeSet<String> found = new TreeSet<>();
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      JavaClass target = dependency.getTargetClass().getBaseComponentType();
      banOf(target.getName()).ifPresent(ban -> found.add(line(type, target.getName(), ban)));
    }
    for (JavaCodeUnitAccess<?> access : type.getCodeUnitAccessesFromSelf())
      check(type, access, found);
    return found;
  }

  private static void check(JavaClass type, JavaCodeUnitAccess<?> access, Set<String> found) {
    AccessTarget.CodeUnitAccessTarget target = access.getTarget();
    String name = target.getOwner().getName() + "#" + target.getName();
    banOf(name).ifPresent(ban -> found.add(line(type, name, ban)));
    // The form of two arguments gives a HashMap; the longer one names its own map.
    boolean short2 = target.getRawParameterTypes().size() <= 2;
    if (short2
        && (name.equals("java.util.stream.Collectors#toMap")
            || name.equals("java.util.stream.Collectors#groupingBy"))) {
      found.add(line(type, name, new Ban(name, ORDER, "the form that names a TreeMap")));
    }
  }

  private static Optional<Ban> banOf(String name) {
    return BANS.stream().filter(ban -> matches(ban.what(), name)).findFirst();
  }

  private static boolean matches(String ban, String name) {
    return ban.endsWith(".") ? name.startsWith(ban) : name.equals(ban);
  }

  private static String line(JavaClass type, String used, Ban ban) {
    return type.getName() + " uses " + used + ": " + ban.reason() + "; use " + ban.instead();
  }
}
