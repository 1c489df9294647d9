package org.volvox.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What shells complete of the command: its words and options; else they complete files. */
public final class Completion {
  /** Names of shells. */
  public static final List<String> SHELLS = List.of("bash", "zsh");

  private static final String BASH =
      """
      # Completes the volvox command in bash 4 and later: source <(volvox completion bash)
      _volvox_knows() {
        case $1 in
      @COMMAND@    *) return 1 ;;
        esac
      }
      _volvox() {
        local cur=${COMP_WORDS[COMP_CWORD]} command='' first='' word=''
        local options='@OPTIONS@' valued='@VALUED@' more='' with=''
        local -a actions=()
        local -i at plain=0
        for ((at = 1; at < COMP_CWORD; at++)); do
          word=${COMP_WORDS[at]}
          case $word in
            --) return ;;
            -*)
              case " $valued " in *" $word "*) at+=1 ;; esac
              continue
              ;;
          esac
          if [ -z "$command" ]; then
            command=$word
            _volvox_knows "$command" || return
            options="$options $more" valued="$valued $with"
          else
            plain+=1
            [ $plain != 1 ] || first=$word
          fi
        done
        [ $at = $COMP_CWORD ] || return # The value of an option.
        local words=''
        case $cur in
          -*) words=$options ;;
          *)
            if [ -z "$command" ]; then
              words='@NAMES@'
            elif [ $plain = 0 ]; then
              words=$(printf '%s\\n' "${actions[@]%% *}")
            elif [ $plain = 1 ]; then
              for word in "${actions[@]}"; do
                case $word in "$first "*) words="$words ${word#* }" ;; esac
              done
            fi
            ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur" | sort -u)
      }
      complete -o default -F _volvox volvox
      """;

  private static final String ZSH =
      """
      #compdef volvox
      # Completes the volvox command in zsh: source <(volvox completion zsh), or as _volvox in a folder of $fpath
      _volvox_knows() {
        case $1 in
      @COMMAND@    *) return 1 ;;
        esac
      }
      _volvox() {
        local cur=${words[CURRENT]} command='' first='' word='' valued='@VALUED@' with=''
        local -i at plain=0
        local -a options more actions shown commands
        options=(@OPTIONS@)
        commands=(@NAMES@)
        for ((at = 2; at < CURRENT; at++)); do
          word=${words[at]}
          case $word in
            --) _files; return ;;
            -*)
              case " $valued " in *" $word "*) at+=1 ;; esac
              continue
              ;;
          esac
          if [[ -z $command ]]; then
            command=$word
            _volvox_knows $command || return 1
            options+=($more)
            valued="$valued $with"
          else
            plain+=1
            [[ $plain != 1 ]] || first=$word
          fi
        done
        if [[ $at != $CURRENT ]]; then
          _files # The value of an option.
        elif [[ $cur == -* ]]; then
          _describe -o option options
        elif [[ -z $command ]]; then
          _describe command commands
        else
          for word in $actions; do
            if [[ $plain == 0 ]]; then
              shown+=(${word%% *})
            elif [[ $plain == 1 && $word == "$first "* ]]; then
              shown+=(${word#* })
            fi
          done
          if [[ ${#shown} == 0 ]]; then
            _files
          else
            compadd -- ${(u)shown}
          fi
        fi
      }
      if [[ ${funcstack[1]} == _volvox ]]; then
        _volvox "$@"
      else
        compdef _volvox volvox
      fi
      """;

  private Completion() {}

  /** The script of a shell, one of {@link #SHELLS}. */
  public static String of(String shell, List<Entry> entries) {
    return shell.equals("bash") ? bash(entries) : zsh(entries);
  }

  private static String bash(List<Entry> entries) {
    StringBuilder cases = new StringBuilder();
    for (Entry entry : entries) {
      cases
          .append("    " + entry.name() + ") more='")
          .append(String.join(" ", names(entry.options())))
          .append("' with='")
          .append(String.join(" ", valued(entry.options())))
          .append("' actions=(")
          .append(quoted(entry.actions()))
          .append(") ;;\n");
    }
    return BASH.replace("@COMMAND@", cases)
        .replace("@OPTIONS@", String.join(" ", names(Entry.EVERYWHERE)))
        .replace("@VALUED@", String.join(" ", valued(Entry.EVERYWHERE)))
        .replace("@NAMES@", String.join(" ", entries.stream().map(Entry::name).toList()));
  }

  private static String zsh(List<Entry> entries) {
    StringBuilder cases = new StringBuilder();
    for (Entry entry : entries) {
      cases
          .append("    " + entry.name() + ") more=(")
          .append(described(entry.options()))
          .append(") with='")
          .append(String.join(" ", valued(entry.options())))
          .append("' actions=(")
          .append(quoted(entry.actions()))
          .append(") ;;\n");
    }
    List<String> named =
        entries.stream().map(each -> each.name() + ":" + each.description()).toList();
    return ZSH.replace("@COMMAND@", cases)
        .replace("@VALUED@", String.join(" ", valued(Entry.EVERYWHERE)))
        .replace("@OPTIONS@", described(Entry.EVERYWHERE))
        .replace("@NAMES@", quoted(named));
  }

  private static List<String> names(List<Entry.Choice> options) {
    return options.stream().flatMap(option -> option.names().stream()).toList();
  }

  private static List<String> valued(List<Entry.Choice> options) {
    return options.stream()
        .filter(Entry.Choice::takesValue)
        .flatMap(option -> option.names().stream())
        .toList();
  }

  /** Each name with what it is for. */
  private static String described(List<Entry.Choice> options) {
    List<String> all = new ArrayList<>();
    for (Entry.Choice option : options) {
      option.names().forEach(name -> all.add(name + ":" + option.description()));
    }
    return quoted(all);
  }

  private static String quoted(List<String> words) {
    Stream<String> quoted =
        words.stream()
            .filter(word -> !word.isEmpty())
            .map(word -> "'" + word.replace("'", "'\\''") + "'");
    return String.join(" ", quoted.toList());
  }
}
