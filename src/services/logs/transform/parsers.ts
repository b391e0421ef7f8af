/** Processors that make fields of a text: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-Configurable.html */

import { isObject } from "../../../core/json.ts";
import { readJson } from "../../../core/read-json.ts";
import type * as Logs from "../../../models/generated/logs.ts";
import { type Document, type Json, place, valueAt } from "./document.ts";
import { compileGrok } from "./grok.ts";

/** Changes a document; false when the event is not what a parser expects. */
export type Step = (document: Document, message: string) => boolean;

const MESSAGE = "@message";

function textOf(document: Document, message: string, source: string | undefined): string | undefined {
  if (source === undefined || source === MESSAGE) return message;
  const value = valueAt(document, source);
  return typeof value === "string" ? value : undefined;
}

/** A parser of the text that its `source` names. */
const parsing =
  (
    { source, destination }: { readonly source?: string; readonly destination?: string },
    parse: (text: string, document: Document) => Document | undefined,
  ): Step =>
  (document, message) => {
    const text = textOf(document, message, source);
    const parsed = text === undefined ? undefined : parse(text, document);
    if (parsed === undefined) return false;
    place(document, parsed, destination);
    return true;
  };

export const parseJson = (config: Logs.ParseJSON): Step =>
  parsing(config, (text) => {
    try {
      const parsed: unknown = readJson(text);
      return isObject(parsed) ? (parsed as Document) : undefined;
    } catch {
      return undefined;
    }
  });

export const grok = (config: Logs.Grok): Step => {
  const pattern = compileGrok(config.match);
  return parsing(config, (text) => pattern.match(text));
};

export const csv = (config: Logs.CSV): Step => {
  const { quoteCharacter: quote = '"', columns = [] } = config;
  const delimiter = config.delimiter === "\\t" ? "\t" : (config.delimiter ?? ",");
  return parsing(config, (text) =>
    Object.fromEntries(
      cells(text, delimiter, quote).map((cell, at) => [columns[at] ?? `column_${at + 1}`, cell]),
    ),
  );
};

/** A line's cells: in quotes a delimiter is text, and two quotes are one. */
function cells(line: string, delimiter: string, quote: string): string[] {
  const found: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === quote) {
      if (isQuoted && line[at + 1] === quote) {
        cell += quote;
        at++;
      } else isQuoted = !isQuoted;
    } else if (!isQuoted && line.startsWith(delimiter, at)) {
      found.push(cell);
      cell = "";
      at += delimiter.length - 1;
    } else cell += line[at];
  }
  return [...found, cell];
}

export const parseKeyValue = (config: Logs.ParseKeyValue): Step => {
  const { fieldDelimiter = "&", keyValueDelimiter = "=", keyPrefix = "", nonMatchValue } = config;
  const { overwriteIfExists = false } = config;
  const pairs = (text: string): Document => {
    const found = new Map<string, Json>();
    for (const field of text.split(fieldDelimiter)) {
      if (field === "") continue;
      const at = field.indexOf(keyValueDelimiter);
      const key = keyPrefix + (at < 0 ? field : field.slice(0, at));
      const value = at < 0 ? (nonMatchValue ?? null) : field.slice(at + keyValueDelimiter.length);
      if (overwriteIfExists || !found.has(key)) found.set(key, value);
    }
    return Object.fromEntries(found);
  };
  const overwrites = overwriteIfExists || config.destination !== undefined;
  return parsing(config, (text, document) =>
    Object.fromEntries(
      Object.entries(pairs(text)).filter(([key]) => overwrites || valueAt(document, key) === undefined),
    ),
  );
};

/** The fields of a flow log of version 2, in their order, and those of them that are numbers. */
const FLOW = [
  ["version", Number],
  ["accountId", String],
  ["interfaceId", String],
  ["srcAddr", String],
  ["dstAddr", String],
  ["srcPort", Number],
  ["dstPort", Number],
  ["protocol", Number],
  ["packets", Number],
  ["bytes", Number],
  ["start", Number],
  ["end", Number],
  ["action", String],
  ["logStatus", String],
] as const;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-BuiltIn.html */
export const parseVpc = (config: Logs.ParseVPC): Step =>
  parsing(config, (text) => {
    const fields = text.trim().split(/\s+/);
    if (fields.length !== FLOW.length) return undefined;
    return Object.fromEntries(
      FLOW.map(([name, as], at) => {
        const field = fields[at] ?? "-";
        return [name, field === "-" ? field : as(field)];
      }),
    );
  });
