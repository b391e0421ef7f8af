import type { StateFailure } from "../language/failure.ts";
import type { Json, JsonObject } from "../language/json.ts";

/** What is watched and put in place when one state is tested by itself (TestState). */
export interface TestBench {
  /** Notes what a value was on its way, under its name in InspectionData. */
  note(name: string, value: Json): void;
  /** The context object that was given. */
  readonly context: JsonObject | undefined;
  /** A result or an error instead of a task's, a Map's or a Parallel's. */
  mock?(): Json | StateFailure;
  /** How often the state has been tried before. */
  readonly retryCount: number;
  /** How many of a Map's iterations have failed. */
  readonly failedIterations: number | undefined;
}
