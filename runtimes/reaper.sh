# Ends what Squall has started once Squall itself has ended, whatever ended it, and removes its scratch folders.
#
# Standard input is a pipe whose other end only Squall holds: the kernel closes it with Squall. Until then each line says
# what to end (`+ <process group>`; `quit <process group>` for one that has shared memory, which it gives back when it is told to
# quit and not when it is killed), what has ended by itself (`- <process group>`), and what to remove (`rm <folder>`).
#
# $1 stands in the environment of every process that a function starts: on Linux those are found that left their group.
trap '' HUP INT TERM
mark=$1
groups=
quitting=
folders=

while read -r verb value; do
  case $verb in
    +) groups="$groups $value" ;;
    quit)
      groups="$groups $value"
      quitting="$quitting $value"
      ;;
    -)
      rest=
      for group in $groups; do [ "$group" = "$value" ] || rest="$rest $group"; done
      groups=$rest
      ;;
    rm) folders="$folders$value
" ;;
  esac
done

# Numbers of groups that have ended are others' by now: only those that are still ours are told.
left=
for group in $groups; do
  case " $quitting " in *" $group "*) kill -QUIT "$group" 2>/dev/null && left="$left $group" ;; *) kill -KILL "-$group" 2>/dev/null ;; esac
done
turns=0
while [ -n "$left" ] && [ "$turns" -lt 60 ]; do
  still=
  for group in $left; do kill -0 "$group" 2>/dev/null && still="$still $group"; done
  left=$still
  [ -z "$left" ] || sleep 0.1
  turns=$((turns + 1))
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done

# Not every machine has grep; where it is missing, each environment is read by a process of its own.
marked() {
  if command -v grep >/dev/null; then
    grep -lsF "$mark" /proc/[0-9]*/environ
    return
  fi
  for file in /proc/[0-9]*/environ; do
    case $(tr -d '\0' 2>/dev/null <"$file") in *"$mark"*) echo "$file" ;; esac
  done 2>/dev/null
}

# What starts further processes while it is being looked for is found in a later round. Fails where there was nothing to end.
end_marked() {
  round=0
  while [ "$round" -lt 50 ]; do
    found=$(marked)
    [ -n "$found" ] || break
    for file in $found; do
      process=${file#/proc/}
      kill -KILL "${process%/environ}" 2>/dev/null
    done
    round=$((round + 1))
  done
  [ "$round" -gt 0 ]
}
end_marked

printf %s "$folders" | while read -r folder; do rm -rf -- "$folder"; done

# Whoever was being started when Squall ended shows what is in its environment only once it has begun: on a busy machine, a little later.
quiet=0
turns=0
while [ "$quiet" -lt 20 ] && [ "$turns" -lt 200 ]; do
  sleep 0.1
  if end_marked; then quiet=0; else quiet=$((quiet + 1)); fi
  turns=$((turns + 1))
done
