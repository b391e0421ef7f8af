import type { TypedCommand, Word } from "./tree.ts";

/** A completion for zsh: `source <(squall completion zsh)`, or a file _squall in a folder of $fpath. */
export function zshCompletion(commands: readonly TypedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => `'${path}'`);
  return `#compdef squall
_squall() {
  local at="squall" previous="$words[CURRENT-1]" i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    # Behind -- stands a command of one's own.
    if [[ "$words[i]" == "--" ]]; then _files; return; fi
    case "$at $words[i]" in
      ${paths.join("|")}) at="$at $words[i]" ;;
    esac
  done
  case "$at $previous" in
${commands.flatMap(valueCases).join("\n")}
  esac
  case "$at" in
${commands.map(wordsCase).join("\n")}
  esac
  if ((\${#found})); then _describe squall found; else _files; fi
}
if [[ "$funcstack[1]" == "_squall" ]]; then _squall "$@"; else compdef _squall squall; fi
`;
}

function valueCases({ path, options }: TypedCommand): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ long, short, values }) => {
      const typed = [long, short].filter((one) => one !== undefined).map((one) => `'${path} ${one}'`);
      const then = values.length === 0 ? "_files" : `compadd -- ${values.join(" ")}`;
      return `    ${typed.join("|")}) ${then}; return ;;`;
    });
}

function wordsCase({ path, words, options }: TypedCommand): string {
  const flags = options.map(({ long, about }) => ({ text: long, about }));
  return `    '${path}') if [[ "$PREFIX" == -* ]]; then found=(${flags.map(described).join(" ")}); else found=(${words.map(described).join(" ")}); fi ;;`;
}

/** \`_describe\` takes \`word:what it is\`. */
const described = ({ text, about }: Word): string =>
  `'${`${text}${about ? `:${about.replaceAll(":", "\\:")}` : ""}`.replaceAll("'", "'\\''")}'`;
