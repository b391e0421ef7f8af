import type { Draft, Target } from "../draft.ts";
import type { PropertyTypes } from "../properties.ts";
import type { Translation } from "../translation.ts";
import type { Value, Values } from "../value.ts";

/** An event of a function or state machine, as it stands in `Events`. */
export interface SamEvent {
  /** The logical id of what it becomes: its owner's and its own name. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly properties: Values;
}

/** Whom an event reaches. */
export interface EventContext {
  readonly target: Target;
  /** The role of the function, where SAM makes it: sources that are polled need permissions. */
  readonly role?: Draft | undefined;
  /** `PermissionsBoundary` of a state machine, for the roles of its events. */
  readonly boundary?: Value | undefined;
  readonly translation: Translation;
}

/** A kind of event. */
export interface EventType {
  readonly types: PropertyTypes;
  translate(event: SamEvent, context: EventContext): Draft[];
}
