import type { TypedCommand, TypedOption } from "./tree.ts";

/** A completion for fish: `squall completion fish > ~/.config/fish/completions/squall.fish`. */
export function fishCompletion(commands: readonly TypedCommand[]): string {
  const paths = commands.slice(1).map(({ path }) => quoted(path));
  return `# squall completion fish
function __squall_at
  set -l at squall
  for word in (commandline -opc)[2..-1]
    if test "$word" = --
      return 1
    end
    if contains -- "$at $word" ${paths.join(" ")}
      set at "$at $word"
    end
  end
  test "$at" = "$argv[1]"
end
${commands.flatMap(lines).join("\n")}
`;
}

function lines({ path, words, options }: TypedCommand): string[] {
  const where = `complete -c squall -n ${quoted(`__squall_at ${quoted(path)}`)}`;
  return [
    ...words.map(({ text, about }) => `${where} -f -a ${text}${about ? ` -d ${quoted(about)}` : ""}`),
    ...options.map((option) => `${where} ${flag(option)}`),
  ];
}

function flag({ long, short, about, takesValue, values }: TypedOption): string {
  const value = values.length > 0 ? ` -x -a ${quoted(values.join(" "))}` : takesValue ? " -r" : "";
  return `-l ${long.slice(2)}${short ? ` -s ${short.slice(1)}` : ""}${value} -d ${quoted(about)}`;
}

const quoted = (text: string): string => `'${text.replace(/['\\]/g, "\\$&")}'`;
