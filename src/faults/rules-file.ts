import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Document, LineCounter, Node } from "yaml";
import type { FaultRuleInput } from "../core/fault.ts";
import { files } from "../core/file-promises.ts";
import type { Log } from "../core/log.ts";
import { upTo } from "../core/text.ts";
import { didYouMean } from "./nearest.ts";
import { shown } from "./parameters.ts";
import type { RuleBook } from "./rule-book.ts";
import { RuleError } from "./rule-error.ts";

/** What a rules file holds. */
export interface RulesFile {
  readonly seed?: string;
  /** Rules in any form that `normalizeRule` understands. */
  readonly rules: readonly unknown[];
  /** The line of a rule, or of a field in it (`match.operation`), from 1. */
  lineOf(rule: number, field?: string): number;
}

/** Is a file for rules alone, or squall.yaml? */
type Holds = "rules" | "configuration";

/** A rules file that cannot be used; the message starts with the file and the line. */
export class RulesFileError extends Error {
  readonly status = 400;

  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`);
    this.name = "RulesFileError";
  }
}

/**
 * Reads the text of a rules file, YAML or JSON: a list of rules, or `{seed, rules}`.
 * @param file its name, for error messages
 * @param holds with `configuration` there may be other keys, too
 * @throws RulesFileError
 */
export async function parseRulesFile(text: string, file: string, holds: Holds = "rules"): Promise<RulesFile> {
  // Only who has a rules file pays for the parser.
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new RulesFileError(file, error.linePos?.[0].line ?? 1, upTo("\n", error.message));
  const content: unknown = contentOf(document, file);
  if (content === null || content === undefined) return { rules: [], lineOf: () => 1 };
  const isList = Array.isArray(content);
  const { seed, rules } = isList
    ? { rules: content, seed: undefined }
    : withSeed(content, document, lines, file, holds);
  return {
    rules,
    ...(seed !== undefined && { seed }),
    lineOf: (rule, field) => lineOf(document, lines, isList ? [rule] : ["rules", rule], field),
  };
}

/** @throws RulesFileError, or the error of a file that cannot be read */
export async function readRulesFile(path: string, holds?: Holds): Promise<RulesFile> {
  return parseRulesFile(await files().readFile(path, "utf8"), path, holds);
}

/** A file's rules in the table, kept as the file says. */
export interface WatchedRules {
  /** The seed that the file names. It counts at start only. */
  readonly seed: string | undefined;
  /**
   * Reads the file again now and puts its rules back if they were removed. True when the table is as the file says;
   * else the reason is in the log.
   */
  reload(): Promise<boolean>;
  stop(): void;
}

export interface WatchOptions {
  readonly log?: Log;
  /** Checks a rule in any form; by default the table's own `check`. */
  readonly check?: (rule: unknown) => Promise<FaultRuleInput>;
  readonly holds?: Holds;
}

/** The owner of rules from a file. */
const OWNER = "file";
/** What Kubernetes puts a new version of a mounted ConfigMap's files in the place of: they are links through it. */
const MOUNTED = "..data";
/** Editors write a file in several steps. */
const SETTLE_MS = 50;

/**
 * Puts the rules of a file into the table and keeps them as the file says whenever it changes. A file that is broken
 * later leaves the rules as they are.
 * @throws RulesFileError when the file is wrong now
 */
export async function watchRulesFile(
  path: string,
  book: RuleBook,
  options: WatchOptions = {},
): Promise<WatchedRules> {
  const file = resolve(path);
  const { log, check = (rule) => book.check(rule), holds } = options;
  let text = await files().readFile(file, "utf8");
  let inForce: readonly FaultRuleInput[] = [];
  const { seed } = await load(text);
  let reloading: Promise<boolean> = Promise.resolve(true);
  let settling: NodeJS.Timeout | undefined;

  async function load(text: string): Promise<RulesFile> {
    const parsed = await parseRulesFile(text, path, holds);
    const rules: FaultRuleInput[] = [];
    for (const [at, given] of parsed.rules.entries())
      rules.push(await atLine(parsed, at, () => check(given)));
    const ids = rules.map(({ id }) => id);
    const again = ids.findIndex((id, at) => id !== undefined && ids.indexOf(id) < at);
    if (again >= 0)
      throw new RulesFileError(path, parsed.lineOf(again, "id"), `There are two rules "${ids[again]}".`);
    await atLine(parsed, 0, async () => book.replaceOwner(OWNER, rules));
    inForce = rules;
    return parsed;
  }

  async function atLine<T>(parsed: RulesFile, rule: number, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      throw new RulesFileError(path, parsed.lineOf(rule, error.field), error.message);
    }
  }

  async function readAgain(isAsked: boolean): Promise<boolean> {
    try {
      const now = await files().readFile(file, "utf8");
      const hasChanged = now !== text;
      if (!hasChanged && !isAsked) return true;
      text = now;
      const loaded = await load(now);
      if (!hasChanged) return true;
      log?.info(() => `${path}: ${loaded.rules.length} fault rules are now in force.`);
      if (loaded.seed !== seed) log?.warn(`${path}: the seed has changed; it counts from the next start on.`);
      return true;
    } catch (error) {
      log?.error(`${(error as Error).message} The rules stay as they were.`);
      // Whoever asks may have removed them.
      if (isAsked) book.replaceOwner(OWNER, inForce);
      return false;
    }
  }

  const reload = (isAsked: boolean) => {
    reloading = reloading.then(() => readAgain(isAsked));
    return reloading;
  };
  // The folder and not the file: editors put a new file in the place of the old one.
  const watcher: FSWatcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name !== null && name !== basename(file) && name !== MOUNTED) return;
    clearTimeout(settling);
    settling = setTimeout(() => reload(false), SETTLE_MS).unref();
  });
  watcher.on("error", (error) => log?.warn(`${path} is no longer watched: ${error.message}`));
  return {
    seed,
    reload: () => reload(true),
    stop() {
      clearTimeout(settling);
      watcher.close();
    },
  };
}

function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new RulesFileError(file, 1, (error as Error).message);
  }
}

function withSeed(content: unknown, document: Document, lines: LineCounter, file: string, holds: Holds) {
  if (typeof content !== "object") {
    throw new RulesFileError(
      file,
      1,
      `A rules file holds a list of rules, or seed and rules, not ${shown(content)}.`,
    );
  }
  const { seed, rules, ...others } = content as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined && holds === "rules") {
    const hint = didYouMean(other, ["seed", "rules"]);
    throw new RulesFileError(
      file,
      lineOf(document, lines, [other]),
      `A rules file has no "${other}".${hint}`,
    );
  }
  if (!Array.isArray(rules ?? [])) {
    throw new RulesFileError(file, lineOf(document, lines, ["rules"]), "rules must be a list.");
  }
  if (seed !== undefined && typeof seed !== "string" && typeof seed !== "number") {
    throw new RulesFileError(file, lineOf(document, lines, ["seed"]), "seed must be text or a number.");
  }
  return { seed: seed === undefined ? undefined : String(seed), rules: (rules ?? []) as unknown[] };
}

/** The line of what a path leads to; of the nearest thing on the way when it leads nowhere. */
function lineOf(
  document: Document,
  lines: LineCounter,
  path: readonly (string | number)[],
  field?: string,
): number {
  const whole = [...path, ...(field?.split(".") ?? [])];
  // Fields of `match` and `params` may also stand at the top of a rule.
  const short = field?.includes(".") ? [...path, field.slice(field.indexOf(".") + 1)] : whole;
  for (const steps of [whole, short, path]) {
    const node = document.getIn(steps, true) as Node | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
