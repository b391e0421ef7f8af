# shellcheck shell=bash disable=SC2034
# What stands in an input, as words of a command.

# words NAME TEXT: an array of its words, over as many lines as it likes. What is in quotes is one: --before "npm run seed" are
# two. Nothing in it is run or expanded.
words() {
  local word
  if ! xargs printf '' <<<"$2" 2>/dev/null; then
    echo "::error::A quotation mark is missing in: $2"
    exit 1
  fi
  eval "$1=()"
  while IFS= read -r -d '' word; do
    eval "$1+=(\"\$word\")"
  done < <(xargs -r printf '%s\0' <<<"$2")
}

# command_of NAME TEXT: an array that runs it. Several lines, and what only a shell can do (&&, |, $VARIABLE …), are a script.
command_of() {
  local text
  text=$(sed -e 's/^[[:space:]]*//' -e '/^$/d' <<<"$2")
  case $text in
    *[$'\n'';&|<>$`()']*) eval "$1=(bash -eo pipefail -c \"\$2\")" ;;
    *) words "$1" "$text" ;;
  esac
}
