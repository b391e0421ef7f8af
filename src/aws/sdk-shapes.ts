/**
 * JSON as the input of an operation, and its output as JSON: where a state machine's task, a schedule's universal target or a
 * runbook's step is a call of AWS. Members are spelled as Java's SDK does there (all begin with a capital letter) and as the
 * service does here; times and bytes are text there and what they are here.
 */
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { rawNumber } from "../core/raw-json.ts";
import { capitalized } from "../core/text.ts";
import { loadModel, type MemberRef, type Operation, type ServiceModel } from "../models/model.ts";

/** The input of an operation. Names that the model does not have stay as they are. */
export function sdkInput(service: string, operation: string, parameters: unknown): Record<string, unknown> {
  const model = loadModel(service);
  const shape = model?.operations[operation]?.input;
  const input = model && shape ? toService(model, shape, parameters) : parameters;
  return { ...checksumOf(model?.operations[operation]), ...(isObject(input) ? input : {}) };
}

/** Where a checksum is asked for or wanted, the SDK gives one, and the answer has it. */
function checksumOf(operation: Operation | undefined): Record<string, unknown> {
  const member = operation?.httpChecksum?.requestAlgorithmMember;
  return member === undefined ? {} : { [member]: "CRC32" };
}

function toService(model: ServiceModel, ref: MemberRef, value: unknown): unknown {
  const shape = model.shapes[ref.shape];
  if (shape === undefined || value === null) return value;
  switch (shape.type) {
    case "structure": {
      if (!isObject(value)) return value;
      const names = new Map(Object.keys(shape.members ?? {}).map((name) => [capitalized(name), name]));
      return Object.fromEntries(
        Object.entries(value).flatMap(([given, member]) => {
          const name = names.get(capitalized(given)) ?? given;
          const memberRef = shape.members?.[name];
          if (member === null && memberRef) return [];
          return [[name, memberRef ? toService(model, memberRef, member) : member]];
        }),
      );
    }
    case "list": {
      const { member } = shape;
      return member && Array.isArray(value) ? value.map((item) => toService(model, member, item)) : value;
    }
    case "map": {
      const { value: entry } = shape;
      return entry && isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toService(model, entry, item)]))
        : value;
    }
    case "blob":
      return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
    case "timestamp":
      return typeof value === "string" || typeof value === "number"
        ? new Date(typeof value === "number" ? value * 1000 : value)
        : value;
    case "string":
      // What is JSON where a text is wanted is written out.
      return typeof value === "string" ? value : JSON.stringify(value);
    default:
      return value;
  }
}

/** An operation's output as JSON. */
export async function sdkOutput(
  service: string,
  operation: string,
  output: Record<string, unknown>,
): Promise<JsonObject> {
  const model = loadModel(service);
  const ref = model?.operations[operation]?.output;
  const result = await fromService(model, ref, output);
  return { ...emptyMaps(model, ref), ...(isObject(result) ? (result as JsonObject) : {}) };
}

/** Maps that come as headers are there without any entry, too. */
function emptyMaps(model: ServiceModel | undefined, ref: MemberRef | undefined): JsonObject {
  const members = ref && model?.shapes[ref.shape]?.members;
  return Object.fromEntries(
    Object.entries(members ?? {}).flatMap(([name, { location }]) =>
      location === "headers" ? [[capitalized(name), {}]] : [],
    ),
  );
}

async function fromService(
  model: ServiceModel | undefined,
  ref: MemberRef | undefined,
  value: unknown,
): Promise<Json> {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString().replace(/\.000Z$/, "Z");
  const shape = model && ref ? model.shapes[ref.shape] : undefined;
  if (value instanceof Uint8Array) {
    const isText = ref?.streaming || shape?.streaming;
    return Buffer.from(value).toString(isText ? "utf8" : "base64");
  }
  if (isStream(value)) return (await wholeOf(value)).toString("utf8");
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const item of value) items.push(await fromService(model, shape?.member, item));
    return items;
  }
  if (typeof value !== "object") return value as Json;
  const number = rawNumber(value);
  if (number !== undefined) return number;
  const isMap = shape?.type === "map";
  const entries: [string, Json][] = [];
  for (const [name, member] of value instanceof Map ? value : Object.entries(value)) {
    if (member === undefined) continue;
    const memberRef = isMap ? shape?.value : shape?.members?.[name as string];
    entries.push([
      isMap ? String(name) : capitalized(String(name)),
      await fromService(model, memberRef, member),
    ]);
  }
  return Object.fromEntries(entries);
}

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** More than a state may hand on is not read. */
const MOST_READ = 512 * 1024;

async function wholeOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_READ) break;
  }
  return Buffer.concat(chunks);
}
