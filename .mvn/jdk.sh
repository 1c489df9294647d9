# Finds a JDK 25 or newer and sets `java_home` and `java_version`; sourced by ./volvox and ./dev.
# Starts no process when JAVA_HOME or /usr/lib/jvm holds one, because every command passes here.

jdk_is_new_enough() { # $1: a JDK's folder
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r jdk_key jdk_value; do
    case $jdk_key in
      JAVA_RUNTIME_VERSION) java_version=${jdk_value#\"} java_version=${java_version%\"} ;;
    esac
  done <"$1/release"
  jdk_major=${java_version%%[!0-9]*}
  [ "${jdk_major:-0}" -ge 25 ]
}

find_jdk() {
  java_version=
  for java_home in "${JAVA_HOME:-/nonexistent}" /usr/lib/jvm/*25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
    jdk_is_new_enough "$java_home" && return 0
  done
  if jdk_on_path=$(command -v javac); then
    java_home=$(dirname "$(dirname "$(readlink -f "$jdk_on_path")")")
    jdk_is_new_enough "$java_home" && return 0
  fi
  echo "$1: no JDK 25 found in JAVA_HOME, /usr/lib/jvm or PATH." >&2
  echo "Install one (Debian: apt-get install openjdk-25-jdk-headless, or Temurin 25 from adoptium.net)" >&2
  echo "or name it: JAVA_HOME=/path/to/jdk-25 $1 ..." >&2
  return 1
}
