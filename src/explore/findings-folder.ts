import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { FaultRuleInput } from "../core/fault.ts";
import { makeFolder } from "../core/make-folder.ts";
import type { Expectation } from "./fault-kinds.ts";
import { type Finding, placeOf } from "./finding.ts";

/** A finding as it is kept: an ordinary rules file, and beside it what the rules are to show. */
export interface KeptFinding {
  readonly id: string;
  readonly title: string;
  readonly place: string;
  readonly story: string;
  readonly rules: readonly FaultRuleInput[];
  readonly expects: Expectation;
  /** What each rule strikes with what. */
  readonly strikes: readonly KeptStrike[];
}

export interface KeptStrike {
  /** The whole path of the call. */
  readonly site: string;
  readonly fault: string;
  readonly what: string;
}

/** `.squall/explore`: what was found, so that it can be seen again. */
export class FindingsFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  write(finding: Finding): void {
    makeFolder(this.#folder);
    const place = placeOf(finding.experiment);
    const { id, title, story } = finding;
    const { rules, expects } = finding.experiment;
    const strikes = finding.experiment.strikes.map(({ site, kind }) => ({
      site: site.path,
      fault: kind.name,
      what: kind.what,
    }));
    const head = [
      `${id} ${title}`,
      place,
      story,
      "squall start --faults with this file brings it about, too.",
    ];
    const text = `${head.map((line) => `# ${line.replaceAll("\n", " ")}`).join("\n")}\n${stringify({ rules })}`;
    writeFileSync(join(this.#folder, `${id}.yaml`), text);
    const kept: KeptFinding = { id, title, place, story, rules, expects, strikes };
    writeFileSync(join(this.#folder, `${id}.json`), `${JSON.stringify(kept, null, 2)}\n`);
  }

  /** @throws Error when there is none of that id */
  read(id: string): KeptFinding {
    const file = join(this.#folder, `${id}.json`);
    if (!/^F-[0-9a-f]{4}$/.test(id) || !existsSync(file))
      throw new Error(`There is no finding ${id} in ${this.#folder}. squall explore writes them there.`);
    try {
      const kept = JSON.parse(readFileSync(file, "utf8")) as KeptFinding | null;
      if ([kept?.rules, kept?.strikes].every((list) => Array.isArray(list) && list.length > 0))
        return kept as KeptFinding;
    } catch {
      // What it is instead does not matter.
    }
    throw new Error(`${file} is no finding of squall explore. Explore again to have it written anew.`);
  }
}
