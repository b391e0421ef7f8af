import { parseArgs } from "node:util";

/** What `npm run bench -- …` was asked for. */
export interface Options {
  /** Names of benchmarks; none are all. `ci` is the short form. */
  readonly names: readonly string[];
  readonly against?: string;
  readonly json?: string;
  readonly rounds: number;
  readonly seconds: number;
  /** Of calls whose name has it. */
  readonly only?: string;
}

export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      against: { type: "string" },
      json: { type: "string" },
      only: { type: "string" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
    },
  });
  const { rounds, seconds, ...texts } = values;
  return {
    names: positionals,
    ...texts,
    rounds: whole("rounds", rounds),
    seconds: whole("seconds", seconds),
  };
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${name} is a whole number from 1, not ${text}.`);
  return number;
}
