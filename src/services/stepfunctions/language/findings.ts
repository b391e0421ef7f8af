import type { Json, JsonObject } from "./json.ts";

/** What is wrong with a definition, as ValidateStateMachineDefinition tells it. */
export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly code: string;
  readonly message: string;
  /** A JSON pointer; absent when there is no JSON. */
  readonly location?: string;
}

/** Where findings go. */
export interface Findings {
  readonly type: "STANDARD" | "EXPRESS";
  error(message: string, location: string, code?: string): void;
}

/** What is known around a flow. */
export interface Around {
  /** The query language of the whole. */
  readonly language: Json | undefined;
  readonly isRoot?: boolean;
}

/** Checks a flow within a state: given to those who check states, since flows have states. */
export type CheckFlow = (flow: JsonObject, place: string, findings: Findings, around: Around) => void;
