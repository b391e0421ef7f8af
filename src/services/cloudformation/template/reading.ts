import { parseDocument } from "yaml";
import { readJson } from "../../../core/read-json.ts";
import { templateFormat } from "../errors.ts";
import { isMap as isValues, type Value, type Values } from "../sam/value.ts";
import { parseYaml, prepareYaml } from "./yaml.ts";
import { DEEPEST, Malformed } from "./yaml-nodes.ts";

const isJson = (text: string): boolean => /^\s*\{/.test(text);

/** Reads a long text elsewhere, so that `readTemplate` has it at once. */
export const prepareTemplate = (text: string): Promise<void> =>
  isJson(text) ? Promise.resolve() : prepareYaml(text);

/**
 * A template as it is written, in JSON or YAML, its short forms written out.
 * @throws ValidationError with what is wrong and where
 */
export function readTemplate(text: string): Values {
  const value = isJson(text) ? fromJson(text) : fromYaml(text);
  if (!isValues(value)) throw templateFormat("unsupported structure.");
  if (isDeeper(value, DEEPEST)) throw templateFormat("The template is nested too deeply.");
  return value;
}

/** Does a value have more levels? Nobody goes down further than that to find out. */
const isDeeper = (value: Value, levels: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (levels < 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

function fromJson(text: string): Value {
  try {
    return readJson(text) as Value;
  } catch (error) {
    // A YAML flow mapping begins with a brace, too.
    const yaml = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
    if (yaml.errors.length === 0 && !/^\s*\{\s*"/.test(text)) return fromYaml(text);
    const [line, column] = placeOf(error as Error, text);
    throw templateFormat(`JSON not well-formed. (line ${line}, column ${column})`);
  }
}

/** As recorded: the place behind the character that does not belong there. */
function placeOf({ message }: Error, text: string): [line: number, column: number] {
  const at = /position (\d+)/.exec(message)?.[1];
  const before = text.slice(0, at === undefined ? text.length : Number(at) + 1).split("\n");
  return [before.length, before.at(-1)!.length + 1];
}

function fromYaml(text: string): Value {
  try {
    return parseYaml(text);
  } catch (error) {
    if (error instanceof Malformed) throw templateFormat(error.message);
    throw error;
  }
}
