import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Command, Option } from "commander";
import type { Document, LineCounter, Node } from "yaml";
import type { Setting } from "../../core/service.ts";
import { whyNot } from "../../core/why-not.ts";
import { didYouMean } from "../../faults/nearest.ts";
import { CliError } from "../cli-error.ts";
import type { StartFlags } from "../start-options.ts";
import { configOptions, FURTHER_KEYS } from "./config-options.ts";

/** Options whose values are places: they are seen from where the file is. */
const PLACES = new Set(["data-dir", "faults", "init", "compose", "ca-dir", "cassette", "upstream-ca"]);

/** What `squall.yaml` says. It comes before the defaults, and after the environment and the flags. */
export interface ConfigFile {
  readonly path: string;
  /** As if they had been given as flags. */
  readonly flags: StartFlags;
  /** With the environment variables that come before them. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, SettingInFile>>>>;
  readonly hasRules: boolean;
  /** `squall.yaml:3`, where it has the option; an environment variable's goes before it. */
  placeOf(option: string): string | undefined;
}

export interface SettingInFile {
  readonly value: string | number | boolean;
  readonly variables: readonly string[];
}

/**
 * @param start the command, whose options the file may hold
 * @throws CliError that names the line and the nearest right word
 */
export async function readConfig(path: string, start: Command): Promise<ConfigFile> {
  return await new Reader(path, await parsed(path)).read(configOptions(start));
}

interface Parsed {
  readonly document: Document;
  readonly lines: LineCounter;
}

async function parsed(path: string): Promise<Parsed> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new CliError(`The configuration ${path} cannot be read: ${whyNot(error)}.`);
  }
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new CliError(`${path}:${error.linePos?.[0].line ?? 1}: ${whyNot(error)}`);
  return { document, lines };
}

class Reader {
  readonly #path: string;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(path: string, { document, lines }: Parsed) {
    this.#path = path;
    this.#document = document;
    this.#lines = lines;
  }

  async read(options: ReadonlyMap<string, Option>): Promise<ConfigFile> {
    const content: unknown = this.#document.toJS() ?? {};
    if (!isMap(content))
      throw this.#refusal([], `It holds options by name, like "port: 4566", and no ${formOf(content)}.`);
    const flags: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(content)) {
      const option = options.get(name);
      if (option) flags[option.attributeName()] = this.#flag(name, option, value);
      else if (!FURTHER_KEYS.some((key) => key === name))
        throw this.#refusal(
          [name],
          `There is no option "${name}".${didYouMean(name, [...options.keys(), ...FURTHER_KEYS])} squall start --help lists them.`,
        );
    }
    const { settings, rules } = content;
    if (rules !== undefined && rules !== null && !Array.isArray(rules))
      throw this.#refusal(["rules"], "rules is a list of rules.");
    return {
      path: resolve(this.#path),
      flags: flags as StartFlags,
      settings: settings === undefined || settings === null ? {} : await this.#settings(settings),
      hasRules: Array.isArray(rules),
      placeOf: (option) => (option in content ? this.#place([option]) : undefined),
    };
  }

  /** A value as commander would give it. */
  #flag(name: string, option: Option, value: unknown): unknown {
    if (option.isBoolean()) {
      if (typeof value !== "boolean") throw this.#refusal([name], `${name} is true or false.`);
      return value;
    }
    if (option.optional && typeof value === "boolean") return value;
    const texts = this.#texts(name, value, option);
    return option.variadic ? texts : texts.join(",");
  }

  #texts(name: string, value: unknown, option: Option): string[] {
    // `upstream: { s3: http://… }` is the same as `upstream: [s3=http://…]`.
    const list =
      option.variadic && isMap(value)
        ? Object.entries(value).map(([key, one]) => `${key}=${one}`)
        : [value].flat();
    const takesList = option.variadic || name === "services";
    if (list.length === 0 || (list.length > 1 && !takesList))
      throw this.#refusal([name], `${name} is one value.`);
    return list.map((one) => {
      if (typeof one !== "string" && typeof one !== "number")
        throw this.#refusal(
          [name],
          `${name} is ${takesList ? "a list of texts" : "a text or a number"}, and no ${formOf(one)}.`,
        );
      if (String(one).trim() === "") throw this.#refusal([name], `${name} has no value.`);
      return PLACES.has(name) ? resolve(dirname(this.#path), String(one)) : String(one);
    });
  }

  async #settings(given: unknown): Promise<ConfigFile["settings"]> {
    if (!isMap(given)) throw this.#refusal(["settings"], "settings holds services by name.");
    const { checkSetting, loadDeclarations } = await import("../../service-folders.ts");
    const declared = new Map((await loadDeclarations()).map((one) => [one.name, one.settings ?? {}]));
    const found: Record<string, Record<string, SettingInFile>> = {};
    for (const [service, values] of Object.entries(given)) {
      const known = declared.get(service);
      if (!known)
        throw this.#refusal(
          ["settings", service],
          `There is no service "${service}".${didYouMean(service, declared.keys())}`,
        );
      if (!isMap(values))
        throw this.#refusal(["settings", service], `settings.${service} holds settings by name.`);
      found[service] = Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          this.#setting(service, name, known, value, checkSetting),
        ]),
      );
    }
    return found;
  }

  #setting(
    service: string,
    name: string,
    known: Readonly<Record<string, Setting>>,
    value: unknown,
    check: (label: string, setting: Setting, value: SettingInFile["value"]) => void,
  ): SettingInFile {
    const setting = known[name];
    const at = ["settings", service, name];
    if (!setting) {
      const names = Object.keys(known);
      const there = names.length === 0 ? "It has none." : `It has ${names.join(", ")}.`;
      throw this.#refusal(at, `${service} has no setting "${name}".${didYouMean(name, names)} ${there}`);
    }
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
      throw this.#refusal(at, `settings.${service}.${name} is a ${setting.type}, and no ${formOf(value)}.`);
    try {
      check(`settings.${service}.${name}`, setting, value);
    } catch (error) {
      throw this.#refusal(at, (error as Error).message);
    }
    return { value, variables: setting.env ?? [] };
  }

  #refusal(at: readonly string[], message: string): CliError {
    return new CliError(`${this.#place(at)}: ${message}`);
  }

  #place(at: readonly string[]): string {
    // The key and not its value, which may stand a line below.
    const parent = this.#document.getIn(at.slice(0, -1), true) as
      | { items?: { key?: Node & { value?: unknown } }[] }
      | undefined;
    const map = at.length > 1 ? parent : (this.#document.contents as typeof parent);
    const range = map?.items?.find(({ key }) => key?.value === at.at(-1))?.key?.range;
    const line = range ? this.#lines.linePos(range[0]).line : 1;
    return `${this.#path}:${line}`;
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function formOf(value: unknown): string {
  if (value === null || value === undefined) return "empty value";
  return Array.isArray(value) ? "list" : typeof value === "object" ? "mapping" : typeof value;
}
