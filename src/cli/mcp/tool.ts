import type { SquallClient } from "../client.ts";

/** What a tool works with. */
export interface Toolbox {
  readonly squall: SquallClient;
  /** Where the project is: findings lie there, and commands run there. */
  readonly cwd: string;
  /** Ends what the tool does when its caller gives up. */
  readonly signal: AbortSignal;
  /** Tells what is going on, while it takes a while. */
  say(line: string): void;
}

/** Something that an agent can ask for, or have done. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** Its arguments, by name, in JSON Schema. */
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  /** Does it change anything? Then it is there only with --allow-writes. */
  readonly writes?: true;
  /** @throws Error whose message is for the agent */
  run(given: Readonly<Record<string, unknown>>, box: Toolbox): Promise<unknown>;
}

export const text = (description: string): object => ({ type: "string", description });
export const flag = (description: string): object => ({ type: "boolean", description });
export const object = (description: string): object => ({ type: "object", description });
export const count = (description: string, most: number): object => ({
  type: "integer",
  minimum: 1,
  maximum: most,
  description,
});
