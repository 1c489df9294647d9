# Builds the program into cli/target/dist when a source is newer than it; sourced by ./volvox and ./dev.
# Wants `root` and `java_home`. The log of the last build is target/build.log.

. "$root/.mvn/launch.sh"

dist=$root/cli/target/dist

build_is_fresh() {
  [ -e "$dist/stamp" ] || return 1
  # Folders count too: removing a file changes nothing but its folder. -quit keeps the warm path at a few ms.
  [ -z "$(cd "$root" && find pom.xml base calls consensus crdt kernel fs sim worlds lab storage rpc node client console gateways cli \
    -path '*/target' -prune -o -path '*/src/test' -prune -o \
    -newer cli/target/dist/stamp \( -name '*.java' -o -name pom.xml -o -path '*/src/main/*' \) -print -quit)" ]
}

build_now() { # $1: why, as the user reads it
  build_start=$(date +%s)
  [ ! -t 2 ] || printf '  building (%s) ...' "$1" >&2
  mkdir -p "$root/target" "$root/cli/target"
  touch "$root/cli/target/stamp.new"
  # A program that runs keeps its jars open: they are replaced, never overwritten under it.
  rm -rf "$dist"
  if ! (cd "$root" && JAVA_HOME=$java_home ./mvnw -q -B -Dquick -Dmaven.test.skip=true -pl cli -am package) \
    >"$root/target/build.log" 2>&1; then
    [ ! -t 2 ] || echo " failed" >&2
    echo "volvox: the build failed. Its last lines:" >&2
    grep -E 'ERROR|error:' "$root/target/build.log" | head -n 12 >&2 || tail -n 12 "$root/target/build.log" >&2
    echo "All of it is in $root/target/build.log" >&2
    return 1
  fi
  cat "$dist"/lib/*.jar | cksum | tr ' ' - >"$dist/checksum"
  build_train_nodes &
  build_train
  wait $!
  mv "$root/cli/target/stamp.new" "$dist/stamp"
  build_seconds=$(($(date +%s) - build_start))
  [ ! -t 2 ] || printf '\r' >&2
  build_label="building ($1) "
  while [ ${#build_label} -lt 52 ]; do build_label=$build_label.; done
  printf '  %s %4s s\n' "$build_label" "$build_seconds" >&2
}

# One command is run to record the classes that every command loads. The cache is named by the checksum of
# the jars because JDK 25.0.3 does not notice that a jar changed under it (JDK-8377932).
build_train() {
  class_path_of_dist
  read -r build_checksum <"$dist/checksum"
  "$java_home/bin/java" -XX:AOTCacheOutput="$dist/$build_checksum-$java_version.aot" -XX:TieredStopAtLevel=1 $java_flags -cp "$class_path" \
    org.volvox.cli.Main nodes --dir "$dist/none" >"$root/target/aot.log" 2>&1 || :
}

# A node loads ten times the classes of a command: a cluster in one JVM is run to record them.
build_train_nodes() {
  class_path_of_dist
  read -r build_checksum <"$dist/checksum"
  "$java_home/bin/java" -XX:AOTCacheOutput="$dist/$build_checksum-$java_version-nodes.aot" $java_flags -cp "$class_path" \
    org.volvox.cli.cluster.Training "$dist/train" "$dist"/lib/volvox-node-*.jar >"$root/target/aot-nodes.log" 2>&1 || :
  rm -rf "$dist/train"
}

ensure_built() {
  build_is_fresh && return 0
  build_why='first time only'
  [ ! -e "$dist/stamp" ] || build_why='sources changed'
  mkdir -p "$root/target"
  if command -v flock >/dev/null; then
    exec 9>"$root/target/build.lock"
    flock 9
    build_is_fresh || build_now "$build_why" || return 1
    exec 9>&-
  else
    build_now "$build_why"
  fi
}
