import { createHash } from "node:crypto";
import { BoundedMap } from "../../../core/bounded-map.ts";
import { readJson } from "../../../core/read-json.ts";
import { sure } from "../../../core/sure.ts";
import type { Json, JsonObject } from "./json.ts";

/** A state machine's definition, in the Amazon States Language: https://states-language.net/ */

export type QueryLanguage = "JSONPath" | "JSONata";
export type StateType = "Task" | "Pass" | "Choice" | "Wait" | "Succeed" | "Fail" | "Parallel" | "Map";

/** States with the one that comes first: a state machine, a branch, what is done with an item. */
export interface Flow {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends Flow {
  readonly Comment?: string;
  readonly Version?: string;
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: QueryLanguage;
}

/** Every field of every type; which of them a type has was checked when the definition was given. */
export interface State {
  readonly Type: StateType;
  readonly QueryLanguage?: QueryLanguage;
  readonly Comment?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly Arguments?: Json;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: JsonObject;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Result?: Json;
  readonly Resource?: string;
  readonly Credentials?: JsonObject;
  readonly TimeoutSeconds?: number | string;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number | string;
  readonly HeartbeatSecondsPath?: string;
  readonly Choices?: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Seconds?: number | string;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
  readonly Branches?: readonly Flow[];
  readonly Iterator?: ItemProcessor;
  readonly ItemProcessor?: ItemProcessor;
  readonly Items?: Json;
  readonly ItemsPath?: string;
  readonly ItemSelector?: JsonObject | string;
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: ResultWriter;
  readonly MaxConcurrency?: number | string;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly ToleratedFailurePercentagePath?: string;
  readonly Label?: string;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

/** A rule of a Choice state: a comparison, or others joined by And, Or and Not. */
export type ChoiceRule = JsonObject & {
  readonly Next: string;
  readonly Condition?: string | boolean;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
};

export interface ItemProcessor extends Flow {
  readonly ProcessorConfig?: {
    readonly Mode?: "INLINE" | "DISTRIBUTED";
    readonly ExecutionType?: "STANDARD" | "EXPRESS";
  };
}

export interface ItemReader {
  readonly Resource: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
  readonly ReaderConfig?: {
    readonly InputType?: "CSV" | "JSON" | "JSONL" | "MANIFEST" | "PARQUET";
    readonly Transformation?: "NONE" | "LOAD_AND_FLATTEN";
    readonly ManifestType?: string;
    readonly CSVHeaderLocation?: "FIRST_ROW" | "GIVEN";
    readonly CSVHeaders?: readonly string[];
    readonly CSVDelimiter?: string;
    readonly ItemsPointer?: string;
    readonly MaxItems?: number | string;
    readonly MaxItemsPath?: string;
  };
}

export interface ItemBatcher {
  readonly BatchInput?: JsonObject | string;
  readonly MaxItemsPerBatch?: number | string;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: number | string;
  readonly MaxInputBytesPerBatchPath?: string;
}

export interface ResultWriter {
  readonly Resource?: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
  readonly WriterConfig?: {
    readonly Transformation?: "NONE" | "COMPACT" | "FLATTEN";
    readonly OutputType?: "JSON" | "JSONL";
  };
}

/** What a Map does with each item; `Iterator` is its older name. */
export const processorOf = (state: State): ItemProcessor => sure(state.ItemProcessor ?? state.Iterator); // No Map is without one: a definition is checked.

export const isDistributed = (state: State): boolean =>
  processorOf(state).ProcessorConfig?.Mode === "DISTRIBUTED";

export const languageOf = (definition: Definition, state: State): QueryLanguage =>
  state.QueryLanguage ?? definition.QueryLanguage ?? "JSONPath";

/** The state of a name; names are users' and may be those of what objects inherit. */
export const stateIn = (flow: Flow, name: string): State | undefined =>
  Object.hasOwn(flow.States, name) ? flow.States[name] : undefined;

/** What a definition is kept under. */
export const fingerprintOf = (text: string): string => createHash("sha256").update(text).digest("base64url");

const parsed = new BoundedMap<Definition>(500);

/** A definition that was checked when it was given. */
export function definitionOf(fingerprint: string, text: () => string): Definition {
  const known = parsed.get(fingerprint);
  if (known) return known;
  const definition = readJson(text()) as Definition;
  parsed.set(fingerprint, definition);
  return definition;
}

/** Every state, those within Parallel and Map states too, with the JSON pointer of its place. */
export function* statesIn(
  flow: Flow,
  place = "",
): Iterable<{ readonly name: string; readonly state: State; readonly place: string }> {
  for (const [name, state] of Object.entries(flow.States ?? {})) {
    const at = `${place}/States/${name}`;
    yield { name, state, place: at };
    for (const [index, branch] of (state.Branches ?? []).entries())
      yield* statesIn(branch, `${at}/Branches[${index}]`);
    for (const field of ["ItemProcessor", "Iterator"] as const)
      if (state[field]) yield* statesIn(state[field], `${at}/${field}`);
  }
}
