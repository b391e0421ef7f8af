import type { AwsError } from "./aws-error.ts";

export type Constraint = "required" | "length" | "range" | "pattern" | "enum";

export interface ValidationOptions {
  /** Constraints that the service checks itself, in its own order and words. */
  readonly skip?: readonly Constraint[];
  /** Constraints of shapes, by name, that the service has otherwise than its model says. */
  readonly shapes?: Readonly<Record<string, ShapeRules>>;
  /** Members of inputs that are checked before the others, in this order. */
  readonly firstMembers?: readonly string[];
  /** How structures stand in messages: `Name(member=value)` instead of `{Member=value}`. */
  readonly namesStructures?: boolean;
  /** A check before all others, in words of its own. */
  readonly before?: (operation: string, input: Readonly<Record<string, unknown>>) => AwsError | undefined;
}

/** What a service's own checks say of a shape. */
export interface ShapeRules {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** Texts that the rules are not for. */
  readonly exempt?: RegExp;
  /** Members of the structure in the order in which messages print them. */
  readonly printed?: readonly string[];
  /** Messages leave the value out. */
  readonly secret?: boolean;
  /** The whole of what a message says of a wrong value, where it names neither value nor member. */
  readonly complaint?: string;
  /** Of a list: what a message says that its members must satisfy. */
  readonly membersText?: string;
}
