import type { Call } from "./lists.ts";

/** A declared type whose resources carry tags, and how to have one. */
export interface TaggedCase {
  readonly service: string;
  /** Its name in the service's declaration. */
  readonly type: string;
  /** Makes one of this name, and gives its ARN. */
  create(call: Call, name: string): Promise<string>;
  /** How many tags there can be. Default 50. */
  readonly most?: number;
}
