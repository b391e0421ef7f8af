/**
 * Holds the SAM transform against AWS's translator over folders of templates, of which any may be given:
 * `node test/contract/sam/walk.ts FOLDER…`. It says how many of the templates come out the same, and how the others differ.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Value, Values } from "../../../src/services/cloudformation/sam/value.ts";
import { comparable, ours, type Said, translate } from "./translator.ts";

const files = process.argv.slice(2).flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:ya?ml|json|template)$/.test(name))
    .map((name) => join(folder, name))
    .filter((file) => readFileSync(file, "utf8").includes("Serverless-2016-10-31")),
);

/** Where two values part, at most ten places. */
function differences(one: Value | undefined, other: Value | undefined, path = ""): string[] {
  if (isDeepStrictEqual(one, other)) return [];
  const isNested = (value: unknown): value is object => typeof value === "object" && value !== null;
  if (isNested(one) && isNested(other) && Array.isArray(one) === Array.isArray(other)) {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return names
      .flatMap((name) => differences((one as Values)[name], (other as Values)[name], `${path}/${name}`))
      .slice(0, 10);
  }
  const shown = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, 200);
  return [`${path}: ${shown(one)} for ${shown(other)}`];
}

/** @returns what ours makes otherwise than AWS's; nothing when it is the same */
function verdict({ template, output, errors }: Said): string[] {
  let made: ReturnType<typeof ours>;
  try {
    made = ours(template);
  } catch (error) {
    return [`ours ends with ${(error as Error).stack?.split("\n").slice(0, 3).join(" ")}`];
  }
  if (errors)
    return isDeepStrictEqual(made.errors, errors)
      ? []
      : differences(made.errors as unknown as Value, errors as unknown as Value);
  if (made.errors) return made.errors.map((error) => `ours refuses it: ${error}`);
  return differences(comparable(made.output as Values), comparable(output as Values));
}

let [same, crashed] = [0, 0];
const said = translate(files);
for (const one of said) {
  if (one.crash !== undefined) {
    crashed++;
    continue;
  }
  const differs = verdict(one);
  if (differs.length === 0) same++;
  else process.stdout.write(`${one.file}\n${differs.map((line) => `    ${line}\n`).join("")}`);
}
process.stdout.write(
  `${same} of ${said.length - crashed} the same; AWS's translator itself ended with a fault of its own on ${crashed}\n`,
);
