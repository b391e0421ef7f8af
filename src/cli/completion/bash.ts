import type { TypedCommand } from "./tree.ts";

/** A completion for bash: `eval "$(squall completion bash)"`. */
export function bashCompletion(commands: readonly TypedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => `"${path}"`);
  return `# squall completion bash
_squall() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="squall" words="" i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    # Behind -- stands a command of one's own.
    [[ "\${COMP_WORDS[i]}" == "--" ]] && return
    case "$at \${COMP_WORDS[i]}" in
      ${paths.join("|")}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${commands.flatMap(valueCases).join("\n")}
    *)
      case "$at" in
${commands.map(wordsCase).join("\n")}
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _squall squall
`;
}

/** What follows an option: its values, or files. */
function valueCases({ path, options }: TypedCommand): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ long, short, values }) => {
      const typed = [long, short].filter((one) => one !== undefined).map((one) => `"${path} ${one}"`);
      return `    ${typed.join("|")}) ${values.length === 0 ? "return" : `words="${values.join(" ")}"`} ;;`;
    });
}

/** Options once a dash is there; else what may follow. */
function wordsCase({ path, words, options }: TypedCommand): string {
  const flags = options.map(({ long }) => long).join(" ");
  return `        "${path}") if [[ "$cur" == -* ]]; then words="${flags}"; else words="${words.map(({ text }) => text).join(" ")}"; fi ;;`;
}
