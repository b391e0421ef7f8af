import type { Argument, Command, Option } from "commander";

/** Something that can be typed next. */
export interface Word {
  readonly text: string;
  readonly about: string;
}

/** An option, by what is typed. */
export interface TypedOption {
  readonly long: string;
  readonly short?: string;
  readonly about: string;
  readonly takesValue: boolean;
  /** What its value can be; empty where it can be anything. */
  readonly values: readonly string[];
}

/** A command as it is typed: `squall faults add`. */
export interface TypedCommand {
  readonly path: string;
  /** What may follow: commands below it, or what its first argument can be. */
  readonly words: readonly Word[];
  readonly options: readonly TypedOption[];
}

/** Names that options and arguments stand for, beside those in their own declarations. */
export interface Names {
  readonly commands: readonly string[];
  readonly services: readonly string[];
  readonly effects: readonly string[];
}

/** Every command of a program, and all that can be typed after it. */
export function typedCommands(program: Command, names: Names): TypedCommand[] {
  const found: TypedCommand[] = [];
  const add = (command: Command, path: string, inherited: readonly Option[]): void => {
    const options = [...command.options, ...inherited].filter(({ hidden }) => !hidden);
    const below = command.commands.map((one) => ({
      text: one.name(),
      about: firstSentence(one.description()),
    }));
    found.push({
      path,
      words: [...below, ...argumentWords(path, command.registeredArguments[0], names)],
      options: [...options.map((option) => typedOption(option, names)), HELP],
    });
    for (const one of command.commands)
      add(
        one,
        `${path} ${one.name()}`,
        options.filter(({ long }) => long === "--url"),
      );
  };
  add(program, program.name(), []);
  return found;
}

const HELP: TypedOption = {
  long: "--help",
  short: "-h",
  about: "what there is to say",
  takesValue: false,
  values: [],
};

function typedOption(option: Option, names: Names): TypedOption {
  return {
    long: option.long ?? option.flags,
    ...(option.short && { short: option.short }),
    about: firstSentence(option.description),
    takesValue: option.required || option.optional,
    values: option.long === "--service" ? names.services : choices(option.flags),
  };
}

/** `--iam <enforce|audit|off>` */
function choices(flags: string): string[] {
  const inside = /[<[]([\w-]+(?:\|[\w-]+)+)[\]>]/.exec(flags)?.[1];
  return inside === undefined ? [] : inside.split("|");
}

const ARGUMENTS: Readonly<Record<string, (names: Names) => readonly string[]>> = {
  "squall help": ({ commands, services, effects }) => [...commands, ...services, ...effects],
  "squall services": ({ services }) => services,
  "squall reset": ({ services }) => services,
  "squall faults add": ({ effects }) => effects,
  "squall completion": () => ["bash", "zsh", "fish", "powershell"],
  "squall clock": () => ["advance", "rate"],
};

function argumentWords(path: string, argument: Argument | undefined, names: Names): Word[] {
  const known = argument && ARGUMENTS[path]?.(names);
  return (known ?? []).map((text) => ({ text, about: "" }));
}

/** Shells show a line. */
const firstSentence = (text: string): string =>
  (/^.*?[.:](?= |$)/s.exec(text)?.[0] ?? text).replace(/[.:]$/, "");
