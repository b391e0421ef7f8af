import type { JsonObject } from "./json.ts";

/** What is wrong with a definition, as ValidateStateMachineDefinition tells it. */
export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly code: string;
  readonly message: string;
  /** A JSON pointer; absent when there is no JSON, null for what holds of the whole. */
  readonly location?: string | null;
}

/** Where findings go. */
export interface Findings {
  readonly type: "STANDARD" | "EXPRESS";
  /** The names of the states, and the labels of the Maps, that have been looked at: none is there twice, however deep. */
  readonly names: Set<string>;
  readonly labels: Set<string>;
  error(message: string, location: string | null, code?: string): void;
}

/** What is known around a flow. */
export interface Around {
  /** The query language of the whole. */
  readonly language: "JSONPath" | "JSONata";
  readonly kind: "machine" | "branch" | "processor";
}

/** Checks a flow within a state: given to those who check states, since flows have states. */
export type CheckFlow = (flow: JsonObject, place: string, findings: Findings, around: Around) => void;

/** What is known where a state of one type is checked. */
export interface How {
  readonly around: Around;
  readonly isJsonata: boolean;
  readonly checkFlow: CheckFlow;
}
