# `./dev dist`: one archive with its own Java, for machines on which nothing is installed; sourced by ./dev.
# Wants `root`, `java_home`, `dist` and a build that is there.

dist_arch() {
  case $(uname -m) in
    x86_64) echo x64 linux64 ;;
    aarch64) echo arm64 linux-aarch64 ;;
    *) echo "$(uname -m)" linux ;;
  esac
}

# RocksDB's jar has its native library for every system there is: 70 MB that nobody would use.
dist_rocksdb() { # $1: the jar; $2: what the names of its libraries for this machine begin with
  dist_jar=$1
  dist_natives=$dist_top/natives
  mkdir "$dist_natives"
  (cd "$dist_natives" && "$java_home/bin/jar" -xf "$dist_jar" &&
    find . -maxdepth 1 -name 'librocksdbjni*' ! -name "librocksdbjni-$2.so" ! -name "librocksdbjni-$2-musl.so" -exec rm {} + &&
    ls "librocksdbjni-$2.so" >/dev/null &&
    "$java_home/bin/jar" -cfM "$dist_jar" .) || return 1
  rm -r "$dist_natives"
}

# What the jars name, by jdeps, jar by jar (some are no modules, and jdeps refuses all of them together); jcmd and flight recordings
# for who looks into a node.
dist_runtime() {
  "$java_home/bin/jlink" --strip-debug --no-header-files --no-man-pages --output "$dist_stage/runtime" --add-modules \
    java.base,java.logging,java.management,java.naming,java.rmi,java.sql,java.xml,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.unsupported
}

dist_caches() {
  class_path_of_stage() (dist=$dist_stage && class_path_of_dist && echo "$class_path")
  class_path=$(class_path_of_stage)
  # -XX:AOTCacheOutput lets the JVM that ran make the cache with a second one.
  "$dist_stage/runtime/bin/java" -XX:AOTCacheOutput="$dist_stage/lib/command.aot" -XX:TieredStopAtLevel=1 $java_flags -cp "$class_path" \
    org.volvox.cli.Main nodes --dir "$dist_top/none" || :
  "$dist_stage/runtime/bin/java" -XX:AOTCacheOutput="$dist_stage/lib/nodes.aot" $java_flags -cp "$class_path" \
    org.volvox.cli.cluster.Training "$dist_top/train" "$dist_stage"/lib/volvox-node-*.jar || :
  rm -rf "$dist_top/train"
  ls "$dist_stage/lib/command.aot" "$dist_stage/lib/nodes.aot"
}

dist_examples() {
  . "$root/.mvn/example.sh"
  class_path_of_client
  mkdir "$dist_stage/lib/examples"
  "$java_home/bin/javac" -parameters -proc:none -cp "$client_path" -d "$dist_stage/lib/examples" \
    "$root"/examples/src/main/java/org/volvox/examples/*/*.java
  echo "$client_path" | tr ':' '\n' | sed 's|.*/||' >"$dist_stage/lib/client.path"
}

dist_fill() {
  mkdir -p "$dist_stage/bin" "$dist_stage/share/man/man1" "$dist_stage/share/completion" || return 1
  cp -R "$dist/lib" "$dist_stage/lib" || return 1
  cp "$root/.mvn/dist/volvox" "$dist_stage/bin/volvox" && cp "$root/.mvn/launch.sh" "$root/.mvn/example.sh" "$dist_stage/lib/" || return 1
  cp "$root/LICENSE" "$root/README.md" "$root/CHANGELOG.md" "$dist_stage/" && cp -R "$root/docs" "$dist_stage/docs" || return 1
  dist_rocksdb "$(echo "$dist_stage"/lib/rocksdbjni-*.jar)" "$dist_native" && dist_examples && dist_runtime && dist_caches || return 1
  "$dist_stage/bin/volvox" man --to "$dist_stage/share/man/man1" || return 1
  "$dist_stage/bin/volvox" completion bash >"$dist_stage/share/completion/volvox.bash" || return 1
  "$dist_stage/bin/volvox" completion zsh >"$dist_stage/share/completion/_volvox"
}

dist_make() {
  ensure_built || return 1
  dist_version=$("$root/volvox" --version) || return 1
  read -r dist_name dist_native <<ARCH
$(dist_arch)
ARCH
  dist_name=volvox-${dist_version#volvox }-linux-$dist_name
  dist_top=$root/target/dist
  dist_stage=$dist_top/$dist_name
  rm -rf "$dist_top"
  mkdir -p "$dist_top"
  if ! (set -e; dist_fill) >"$root/target/dist.log" 2>&1; then
    tail -n 12 "$root/target/dist.log" >&2
    echo "dev dist: failed; all of it is in target/dist.log" >&2
    return 1
  fi
  tar -C "$dist_top" --owner=0 --group=0 --sort=name -czf "$dist_top/$dist_name.tar.gz" "$dist_name" || return 1
  (cd "$dist_top" && sha256sum "$dist_name.tar.gz" >"$dist_name.tar.gz.sha256")
  echo "target/dist/$dist_name.tar.gz, $(($(wc -c <"$dist_top/$dist_name.tar.gz") / 1000000)) MB, sha256 $(cut -d ' ' -f 1 "$dist_top/$dist_name.tar.gz.sha256")"
}
