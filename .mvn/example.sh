# `./volvox example`: compiles the programs of examples/ against the client's jar and what that needs at run time,
# nothing else, and runs one; sourced by ./volvox. Wants `root`, `dist`, `java_home` and a build that is there.

example_usage() {
  echo "volvox: example: $1" >&2
  echo "Usage: volvox example calculator|arith [call] [--dir DIR]" >&2
  echo "More:  volvox example --help" >&2
  return 2
}

# The jars that a program with the client as its only dependency sees.
class_path_of_client() {
  client_path=$(echo "$dist"/lib/volvox-client-*.jar)
  example_ifs=$IFS
  IFS=:
  for example_jar in $(cat "$root/client/target/classpath.deps"); do
    client_path=$client_path:$dist/lib/${example_jar##*/}
  done
  IFS=$example_ifs
}

# Each state of the sources and jars has its own folder: none is changed under a program that runs.
example_compile() {
  example_sum=$(cat "$root"/examples/src/main/java/org/volvox/examples/*/*.java "$dist/checksum" | cksum | tr ' ' -)
  example_classes=$root/target/examples/$example_sum
  [ ! -d "$example_classes" ] || return 0
  example_new=$example_classes.$$
  mkdir -p "$example_new"
  "$java_home/bin/javac" -parameters -proc:none -cp "$client_path" -d "$example_new" \
    "$root"/examples/src/main/java/org/volvox/examples/*/*.java || {
    rm -rf "$example_new"
    return 1
  }
  # Another one may have been faster.
  mv -T "$example_new" "$example_classes" 2>/dev/null || rm -rf "$example_new"
}

example() { # the words behind `example`
  example_class=
  example_role=Server
  while [ $# -gt 0 ]; do
    case $1 in
      --dir)
        [ $# -gt 1 ] || { example_usage "--dir wants a folder"; return; }
        export VOLVOX_DIR="$2"
        shift
        ;;
      --dir=*) export VOLVOX_DIR="${1#--dir=}" ;;
      calculator) example_class=calculator.Calculator ;;
      arith) example_class=arith.Arith ;;
      call) example_role=Client ;;
      *) example_usage "no example \"$1\""; return ;;
    esac
    shift
  done
  [ -n "$example_class" ] || { example_usage "which one?"; return; }
  class_path_of_client
  example_compile || return 1
  exec "$java_home/bin/java" -XX:TieredStopAtLevel=1 $java_flags -Dslf4j.internal.verbosity=ERROR -cp "$example_classes:$client_path" \
    "org.volvox.examples.$example_class$example_role"
}
