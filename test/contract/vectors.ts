/** botocore's protocol vectors: read from its pinned source distribution, typed as our codecs have values. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { botocoreSource } from "../../scripts/botocore.ts";
import type { HttpRequest } from "../../src/core/http.ts";
import type { MemberRef, ProtocolName, ServiceModel } from "../../src/models/model.ts";
import type { WholeResponse } from "../../src/protocols/client.ts";

export interface Vector {
  /** `rest-json/NullAndEmptyHeaders: RestJsonNullAndEmptyHeaders` */
  readonly name: string;
  readonly id: string;
  readonly protocol: ProtocolName;
  readonly model: ServiceModel;
  readonly operation: string;
  /** Of an input vector. */
  readonly params?: Record<string, unknown>;
  readonly request?: HttpRequest;
  /** Of an output vector. */
  readonly result?: Record<string, unknown>;
  readonly error?: {
    readonly code: string;
    readonly message?: string;
    readonly members: Record<string, unknown>;
  };
  readonly response?: WholeResponse;
}

interface Suite {
  readonly description: string;
  readonly metadata: ServiceModel["metadata"];
  readonly shapes?: ServiceModel["shapes"];
  readonly cases: readonly Case[];
}

interface Case {
  readonly id?: string;
  readonly description?: string;
  readonly given: ServiceModel["operations"][string];
  readonly params?: Record<string, unknown>;
  readonly serialized?: { method?: string; uri: string; headers?: Record<string, string>; body?: string };
  readonly result?: Record<string, unknown>;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly error?: Record<string, unknown>;
  readonly response?: { status_code: number; headers?: Record<string, string>; body?: string };
}

export function* vectors(direction: "input" | "output"): Generator<Vector> {
  const folder = join(botocoreSource(), "tests/unit/protocols", direction);
  for (const file of readdirSync(folder).sort()) {
    const suites = JSON.parse(readFileSync(join(folder, file), "utf8")) as Suite[];
    for (const [at, suite] of suites.entries()) {
      for (const [index, one] of suite.cases.entries())
        yield vectorOf(`${basename(file, ".json")}/${at}:${index}`, suite, one);
    }
  }
}

function vectorOf(place: string, suite: Suite, one: Case): Vector {
  const { given } = one;
  const shapes = suite.shapes ?? {};
  const { protocol } = suite.metadata;
  // The query protocol's wrapper goes without saying in the vectors.
  const output = given.output && { resultWrapper: `${given.name}Result`, ...given.output };
  const operation = protocol === "query" && output ? { ...given, output } : given;
  const model: ServiceModel = { metadata: suite.metadata, shapes, operations: { [given.name]: operation } };
  const id = one.id ?? one.description ?? suite.description;
  const isCbor = protocol === "smithy-rpc-v2-cbor";
  const typed = (ref: MemberRef | undefined, value: unknown) => typedValue(model, ref, value);
  return {
    name: `${place} ${id}`,
    id,
    protocol,
    model,
    operation: given.name,
    ...(one.serialized && {
      params: typed(given.input, one.params ?? {}) as Record<string, unknown>,
      request: requestOf(one.serialized, isCbor),
    }),
    ...(one.response && {
      response: {
        status: one.response.status_code,
        headers: lowerCase(one.response.headers),
        body: Buffer.from(one.response.body ?? "", isCbor ? "base64" : "utf8"),
      },
      ...(one.errorCode === undefined
        ? { result: typed(given.output, one.result ?? {}) as Record<string, unknown> }
        : {
            error: {
              code: one.errorCode,
              ...(one.errorMessage && { message: one.errorMessage }),
              members: typed(given.errors?.[0], one.error ?? {}) as Record<string, unknown>,
            },
          }),
    }),
  };
}

function requestOf(serialized: NonNullable<Case["serialized"]>, isCbor: boolean): HttpRequest {
  const [path, query = ""] = serialized.uri.split(/\?(.*)/s);
  return {
    method: serialized.method ?? "POST",
    path: path!,
    query,
    headers: { host: "localhost", ...lowerCase(serialized.headers) },
    body: Buffer.from(serialized.body ?? "", isCbor ? "base64" : "utf8"),
  };
}

const lowerCase = (headers: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const FLOATS: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

/** Vectors are JSON: times are seconds, bytes are text, and floats that JSON does not have are words. */
function typedValue(model: ServiceModel, ref: MemberRef | undefined, value: unknown): unknown {
  const shape = ref && model.shapes[ref.shape];
  if (shape === undefined || value === null || value === undefined) return value ?? undefined;
  const each = (of: MemberRef | undefined) => (entry: unknown) => typedValue(model, of, entry);
  switch (shape.type) {
    case "timestamp":
      return typeof value === "number" ? new Date(value * 1000) : new Date(value as string);
    case "blob":
      return new Uint8Array(Buffer.from(value as string, "utf8"));
    case "float":
    case "double":
      return typeof value === "string" ? (FLOATS[value] ?? Number(value)) : value;
    case "list":
      return (value as unknown[]).map(each(shape.member));
    case "map":
      return mapped(value as object, () => shape.value, model);
    case "structure":
      return shape.document ? value : mapped(value as object, (name) => shape.members?.[name], model);
    default:
      return value;
  }
}

function mapped(value: object, refOf: (name: string) => MemberRef | undefined, model: ServiceModel): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, typedValue(model, refOf(name), entry)]),
  );
}
