import { readJson } from "../core/read-json.ts";
/**
 * What targets get of an event: a part of it, or a template that its values fill. Rules, schedules and pipes write them alike.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */

/** A template whose values make it no JSON: AWS does not send what comes of it. */
export class TemplateError extends Error {}

const PLACEHOLDER = /<([\w$.[\]*-]+)>/g;

/** The names in a template, between `<` and `>`. */
export const placeholdersOf = (template: string): string[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);

/**
 * Fills a template. In one that is JSON, values stand as JSON and inside of its strings as text; one that is text in
 * quotes has what is no text without quotes of its own. What is not there is empty.
 * @throws TemplateError
 */
export function fillTemplate(template: string, valueFor: (name: string) => unknown): string {
  if (template.trimStart().startsWith('"'))
    return template.replace(PLACEHOLDER, (_, name: string) => textIn(valueFor(name)));
  const filled = fillJson(template, valueFor);
  try {
    readJson(filled);
  } catch {
    throw new TemplateError(`The template's result is not valid JSON: ${filled.slice(0, 200)}`);
  }
  return filled;
}

function textIn(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? escaped(value) : JSON.stringify(value).replaceAll('"', "");
}

/** Inside of the quotes of a JSON string. */
const escaped = (text: string) => JSON.stringify(text).slice(1, -1);

function fillJson(template: string, valueFor: (name: string) => unknown): string {
  let inString = false;
  let filled = "";
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at);
    if (character === "\\" && inString) {
      filled += character + (template[++at] ?? "");
      continue;
    }
    if (character === '"') inString = !inString;
    PLACEHOLDER.lastIndex = at;
    const found = character === "<" ? PLACEHOLDER.exec(template) : null;
    if (found?.index !== at) {
      filled += character;
      continue;
    }
    filled += valueIn(valueFor(found[1] ?? ""), inString);
    at += found[0].length - 1;
  }
  PLACEHOLDER.lastIndex = 0;
  return filled;
}

function valueIn(value: unknown, inString: boolean): string {
  if (value === undefined || value === null) return inString ? "" : '""';
  if (inString && typeof value === "string") return escaped(value);
  return JSON.stringify(value);
}

const STEP = /\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]|\.?\[?(\*)\]?/y;

/** The value at a path (`$.detail.items[0].id`): undefined when nothing is there, or when it is no path. */
export function valueAt(document: unknown, path: string): unknown {
  if (!path.startsWith("$")) return undefined;
  let found: unknown[] = [document];
  let isMany = false;
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const step = STEP.exec(path);
    if (!step) return undefined;
    const name = step[1] ?? step[2] ?? step[3];
    isMany ||= name === undefined;
    const at = STEP.lastIndex;
    found = found.flatMap((value) => (name === undefined ? membersOf(value) : memberOf(value, name)));
    STEP.lastIndex = at;
  }
  STEP.lastIndex = 0;
  return isMany ? found : found[0];
}

function membersOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function memberOf(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}
