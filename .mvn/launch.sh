# How the program's Java is started; sourced by build.sh, and part of what ./dev dist makes. Wants `dist`, with jars in lib/.

# What only the pages need comes last, so that no other command's search for a class opens those jars.
class_path_of_dist() {
  class_path=
  build_last=
  for build_jar in "$dist"/lib/*.jar; do
    case ${build_jar##*/} in
      helidon-* | jakarta.* | volvox-console-* | volvox-gateways-* | volvox-lab-* | volvox-sim-* | volvox-worlds-*) build_last=$build_last:$build_jar ;;
      *) class_path=$class_path${class_path:+:}$build_jar ;;
    esac
  done
  class_path=$class_path$build_last
}

# The serial collector starts fastest; the last two keep the JVM from warning about what RocksDB and Netty do.
# The heap has room for the four blocks of 4 MiB that a transfer has in flight; without a bound garbage fills memory.
java_flags='-XX:+UseSerialGC -XX:-UsePerfData -Xmx128m
 --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow'

# Without the second compiler a command uses 0.1 s less of the processor, but SHA-256 of 48 MiB takes 1.0 s
# instead of 0.06 s: what moves or hashes files has both.
quick_flags() { # the command's words
  for quick_word; do
    case $quick_word in put | get | cat | demo | soak | bench) return 0 ;; esac
  done
  echo -XX:TieredStopAtLevel=1
}
