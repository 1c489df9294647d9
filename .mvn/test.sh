# `./dev test`: every check in turn, and one last line that sums them up; sourced by ./dev.
# A failing step does not hide the next ones. Wants `root`, `java_home` and the functions of ./dev.

steps_passed=0
steps_failed=0
steps_skipped=0
skip_reasons=
step_start=0

say() { printf '%s\n' "$*" >&2; }
step_begin() {
  step_start=$(date +%s)
  step_name=$*
}
step_end() { # $1: ok, failed or skipped; $2: the reason
  step_seconds=$(($(date +%s) - step_start))
  case $1 in
    ok) steps_passed=$((steps_passed + 1)) ;;
    failed) steps_failed=$((steps_failed + 1)) ;;
    skipped)
      steps_skipped=$((steps_skipped + 1))
      skip_reasons="$skip_reasons  skipped: $step_name: $2
"
      ;;
  esac
  printf '  %-64s %-7s %4s s%s\n' "$step_name" "$1" "$step_seconds" "${2:+  $2}" >&2
}

# Adds up surefire's reports: the attributes of each <testsuite>, and the reason of each skip.
sum_reports() {
  find . -path '*/target/surefire-reports/TEST-*.xml' | sort >target/reports.list
  : >target/reports.sum
  [ -s target/reports.list ] || return 0
  xargs awk '
    function number(name,   at) {
      if (match($0, "[ ]" name "=\"[0-9]+\"") == 0) return 0
      at = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", at); return at + 0
    }
    function text(name,   at) {
      if (match($0, "[ ]" name "=\"[^\"]*\"") == 0) return ""
      at = substr($0, RSTART, RLENGTH); sub(/^[^"]*"/, "", at); sub(/"$/, "", at); return at
    }
    /<testsuite / { open = 1 }
    open && /tests="/ { t += number("tests"); e += number("errors") + number("failures"); s += number("skipped"); open = 0 }
    /<testcase / { name = text("classname") "." text("name") }
    /<skipped/ { print "skip " name ": " text("message") }
    /<(failure|error)[ >]/ { print "fail " name ": " text("message") }
    END { print "sum " t - e - s, e, s }
  ' <target/reports.list >target/reports.sum
}

tests_of_format() {
  step_begin "format of all sources"
  if maven -q spotless:check >target/test-format.log 2>&1; then step_end ok; else
    grep -E '^\[ERROR\] .*\.java' target/test-format.log | head -n 20 >&2 || :
    step_end failed "./dev fmt mends it"
  fi
}

tests_of_coverage() {
  step_begin "at least 90 % of the branches of pure modules covered"
  low=$(grep 'Rule violated for bundle' target/test-build.log | sed 's/.*bundle volvox-\([a-z]*\).*ratio is \([0-9.]*\),.*/\1 \2/' | tr '\n' ',')
  if [ -z "$low" ]; then step_end ok; else step_end failed "${low%,}"; fi
}

tests_of_maven() {
  step_begin "strict build, unit tests, architecture rules"
  find . -name surefire-reports -path '*/target/*' -prune -exec rm -rf {} +
  # Classes that a quick build left would pass for up to date, and never meet the strict compiler.
  find . \( -path '*/target/classes' -o -path '*/target/test-classes' \) -prune -exec rm -rf {} +
  maven_code=0
  maven -Dcheck -fae -Dmaven.test.failure.ignore=true verify >target/test-build.log 2>&1 || maven_code=$?
  # A fork that is ended for taking too long has no failed test, only fewer of them.
  if grep -q 'There was a timeout in the fork' target/test-build.log; then
    maven_code=1
    say "  failed: a module's tests were cut short by surefire's timeout"
  fi
  sum_reports
  unit_passed=0 unit_failed=0 unit_skipped=0
  while read -r kind rest; do
    case $kind in
      sum)
        set -- $rest
        unit_passed=$1 unit_failed=$2 unit_skipped=$3
        ;;
      skip) skip_reasons="$skip_reasons  skipped: $rest
" ;;
      fail) say "  failed: $rest" ;;
    esac
  done <target/reports.sum
  steps_passed=$((steps_passed + unit_passed))
  steps_failed=$((steps_failed + unit_failed))
  steps_skipped=$((steps_skipped + unit_skipped))
  if [ $maven_code = 0 ]; then
    step_end ok "$unit_passed tests passed, $unit_failed failed, $unit_skipped skipped"
  else
    grep -E '^\[(ERROR|WARNING)\]' target/test-build.log | grep -vE 'Help 1|re-run Maven|To see the full|^\[[A-Z]*\] *$' | head -n 40 >&2
    step_end failed "target/test-build.log has all of it"
  fi
}

sim_worlds() {
  java_worlds org.volvox.verify.sim.SimMain sim raft --seeds 200 && java_worlds org.volvox.verify.sim.SimMain sim clocks --seeds 200 &&
    java_worlds org.volvox.verify.sim.SimMain sim paxos --seeds 200 && java_worlds org.volvox.verify.sim.SimMain sim rpc --seeds 200 &&
    java_worlds org.volvox.verify.sim.SimMain sim crdt --seeds 200 &&
    java_worlds org.volvox.verify.sim.SimMain sim keys --seeds 200
}

# The same seeds in two JVMs must give the same digest.
tests_of_seeds() {
  step_begin "200 seeds of raft, the clocks, Paxos, the calls of services, data that merges and keys, twice, equal digests"
  if ! compile_verify; then step_end failed "does not compile"; return; fi
  if ! sim_worlds >target/sim-1.log 2>&1; then
    tail -n 12 target/sim-1.log >&2
    step_end failed "target/sim-1.log"
  elif ! sim_worlds >target/sim-2.log 2>&1; then
    step_end failed "target/sim-2.log"
  elif ! grep -q digest target/sim-1.log || [ "$(grep digest target/sim-1.log)" != "$(grep digest target/sim-2.log)" ]; then
    step_end failed "the digests of target/sim-1.log and target/sim-2.log differ"
  else
    step_end ok "$(grep digest target/sim-1.log | sed 's/.*digest //' | tr '\n' ' ')"
  fi
}

# The same classes as JavaScript, and the same digests of five seeds from it as from the JVM.
tests_of_javascript() {
  step_begin "pure modules as JavaScript (TeaVM, strict)"
  if maven -q -Dteavm -Dmaven.test.skip=true -pl worlds -am process-classes >target/teavm.log 2>&1; then
    step_end ok "$(wc -c <worlds/target/teavm/worlds.mjs) bytes"
  else
    grep -E 'ERROR' target/teavm.log | head -n 12 >&2
    step_end failed "target/teavm.log"
    return
  fi
  step_begin "five seeds: the digests in JavaScript equal the JVM's"
  if ! command -v node >/dev/null; then
    step_end skipped "no node here; ./dev setup installs it"
    return
  fi
  echo "import {main} from './worlds.mjs'; main(process.argv.slice(2));" >worlds/target/teavm/run.mjs
  rm -f target/digests.js target/digests.jvm
  for world in raft machine clocks paxos rpc crdt keys; do
    node worlds/target/teavm/run.mjs $world 1 2 3 4 5 >>target/digests.js 2>&1 || :
    java_worlds org.volvox.worlds.SimDigest $world 1 2 3 4 5 >>target/digests.jvm 2>&1 || :
  done
  if [ "$(grep -cE '^(raft|machine|clocks|paxos|rpc|crdt|keys) [1-5] ' target/digests.jvm)" = 35 ] && cmp -s target/digests.js target/digests.jvm; then
    step_end ok
  else
    diff target/digests.js target/digests.jvm | head -n 10 >&2
    step_end failed "target/digests.js and target/digests.jvm differ"
  fi
}

tests_of_types() {
  step_begin "types of the lab's pages (tsc)"
  if [ ! -x target/npm/node_modules/.bin/tsc ]; then
    step_end skipped "no npm here, or it could not fetch typescript"
  elif target/npm/node_modules/.bin/tsc -p lab/src/main/types >target/tsc.log 2>&1; then
    step_end ok
  else
    head -n 20 target/tsc.log >&2
    step_end failed "target/tsc.log"
  fi
}

# The lab's border answers the same in JavaScript, as its page calls it, as on the JVM.
tests_of_lab() {
  step_begin "the lab's answers in JavaScript equal the JVM's"
  if ! command -v node >/dev/null; then
    step_end skipped "no node here; ./dev setup installs it"
    return
  fi
  core=lab/target/classes/web/lab/core.mjs
  if [ ! -e $core ]; then step_end failed "no $core"; return; fi
  cat >target/lab-calls.mjs <<'SCRIPT'
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
const lab = await import(resolve(process.argv[2]));
for (const line of readFileSync(0, 'utf8').split('\n')) {
  if (line === '') continue;
  const [name, ...given] = JSON.parse(line);
  console.log(lab[name](...given));
}
SCRIPT
  java_worlds org.volvox.verify.lab.LabCalls calls >target/lab-calls.txt 2>target/lab-jvm.txt &&
    java_worlds org.volvox.verify.lab.LabCalls answers <target/lab-calls.txt >target/lab-jvm.txt 2>&1 || :
  node target/lab-calls.mjs $core <target/lab-calls.txt >target/lab-js.txt 2>&1 || :
  answers=$(grep -c '^{"ok":' target/lab-jvm.txt || :)
  if [ "$answers" -gt 1000 ] && [ "$answers" = "$(wc -l <target/lab-calls.txt)" ] && cmp -s target/lab-js.txt target/lab-jvm.txt; then
    step_end ok "$answers answers, $(gzip -9 <$core | wc -c) bytes gzipped"
  else
    diff target/lab-js.txt target/lab-jvm.txt | cut -c 1-200 | head -n 10 >&2
    step_end failed "target/lab-js.txt and target/lab-jvm.txt differ"
  fi
}

tests_of_demo() {
  step_begin "./volvox demo"
  if VOLVOX_DIR=$root/target/demo-cluster ./volvox demo >target/demo.log 2>&1; then
    step_end ok "$(tail -n 1 target/demo.log)"
  else
    tail -n 15 target/demo.log >&2
    step_end failed "target/demo.log"
  fi
}

# As a reader of the README would: served, called by their own clients and by the shell.
tests_of_examples() {
  step_begin "./volvox example calculator and arith"
  export VOLVOX_DIR="$root/target/example-cluster"
  example_pids=
  if ./volvox up >target/examples.log 2>&1; then
    for example_each in calculator arith; do
      ./volvox example $example_each >"target/example-$example_each.log" 2>&1 &
      example_pids="$example_pids $!"
      example_wait=0
      until grep -qs 'is bound' "target/example-$example_each.log" || [ $example_wait = 30 ]; do
        sleep 1
        example_wait=$((example_wait + 1))
      done
    done
    example_said=$({ ./volvox example calculator call && ./volvox example arith call && ./volvox call CalcService add 5 10 && ./volvox call Arith Divide 17 5; } 2>>target/examples.log | tr '\n' ' ')
  else
    example_said="no cluster"
  fi
  for example_each in $example_pids; do kill "$example_each" 2>/dev/null || :; done
  ./volvox down >>target/examples.log 2>&1 || :
  unset VOLVOX_DIR
  if [ "$example_said" = '15 56 15 {"quo":3,"rem":2} ' ]; then step_end ok; else step_end failed "they said: $example_said (target/examples.log)"; fi
}

tests_of_site() {
  step_begin "./dev lab-site"
  rm -rf target/lab-site
  if (lab_site target/lab-site) >target/lab-site.log 2>&1 && [ -s target/lab-site/rules.js ] &&
    grep -q "'./rules.js'" target/lab-site/core.js && [ -z "$(find target/lab-site -name '*.mjs')" ]; then
    step_end ok "$(tar -C target/lab-site -cf - . | gzip -9 | wc -c) bytes packed"
  else
    head -n 5 target/lab-site.log >&2
    step_end failed "target/lab-site.log"
  fi
}

# Unpacked elsewhere, moved, called by a link, without any other Java: a cluster, a file there and back, an example.
tests_of_dist() {
  step_begin "./dev dist, unpacked and used without a JDK"
  rm -rf target/unpacked
  mkdir -p target/unpacked/first target/unpacked/bin
  dist_said=
  if ./dev dist >target/dist-test.log 2>&1 && tar -C target/unpacked/first -xzf target/dist/volvox-*.tar.gz; then
    mv target/unpacked/first/volvox-* target/unpacked/moved
    ln -s ../moved/bin/volvox target/unpacked/bin/volvox
    dist_said=$(env -i HOME="$root/target/unpacked" PATH="$root/target/unpacked/bin:/usr/bin:/bin" \
      VOLVOX_DIR="$root/target/unpacked/cluster" sh -ec '
        trap "volvox down" EXIT
        volvox up
        volvox put "$0" /list
        volvox cat /list | cmp - "$0"
        volvox run -- echo ran
        volvox example calculator &
        for i in 1 2 3 4 5 6 7 8 9 10; do volvox services describe CalcService && break; sleep 1; done
        volvox example calculator call
        kill $!
        echo all right
      ' "$root/README.md" 2>&1) || :
    printf '%s\n' "$dist_said" >>target/dist-test.log
  fi
  case $dist_said in
    *WARNING*) step_end failed "a warning in target/dist-test.log" ;;
    *ran*15*'all right'*) step_end ok "$(sed -n 's/^target.dist.//p' target/dist-test.log | cut -d , -f 1,2)" ;;
    *)
      tail -n 8 target/dist-test.log >&2
      step_end failed "target/dist-test.log"
      ;;
  esac
}

# Without what it installs the tests that want it are skipped, each with its reason.
tests_of_setup() {
  step_begin "the Debian packages that some tests want (./dev setup)"
  if ! (setup) >target/setup.log 2>&1; then
    tail -n 4 target/setup.log >&2
    step_end skipped "they could not be installed: target/setup.log"
  elif [ "$(id -u)" = 0 ]; then
    step_end ok
  else
    step_end skipped "$(tail -n 1 target/setup.log)"
  fi
}

dev_test() {
  mkdir -p target
  tests_of_setup
  tests_of_format
  tests_of_maven
  tests_of_coverage
  tests_of_seeds
  tests_of_javascript
  tests_of_lab
  tests_of_types
  tests_of_demo
  tests_of_examples
  tests_of_site
  tests_of_dist
  [ -z "$skip_reasons" ] || printf '%s' "$skip_reasons"
  echo "$steps_passed passed, $steps_failed failed, $steps_skipped skipped"
  [ "$steps_failed" = 0 ]
}
