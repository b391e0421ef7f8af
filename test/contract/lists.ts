import type { CallService } from "../../src/core/service.ts";

/** One list operation, and how to have something to list. Calls go through `cloud.call`, in an account of the list's own. */
export interface ListCase {
  readonly service: string;
  readonly operation: string;
  /** What is asked besides the page: a filter, the parent that is listed. */
  input?(account: string): Readonly<Record<string, unknown>>;
  /** Members of the input: how many, from where; and of the output: the items (a dotted path), the next token. */
  readonly size?: string;
  /** How many a page has when nobody can say. */
  readonly fixedSize?: number;
  readonly sizeIsText?: boolean;
  readonly token: string;
  readonly items: string;
  readonly next: string;
  /** The least size that the operation takes. Default 1. */
  readonly least?: number;
  /** The operation's token is not opaque on AWS either: a key, a name, an ARN. */
  readonly keyIsToken?: boolean;
  /** What must be there before any item. */
  prepare?(call: Call): Promise<unknown>;
  /** Makes the item of a name; names sort as their numbers do. */
  add(call: Call, name: string): Promise<unknown>;
  remove(call: Call, name: string): Promise<unknown>;
  /** The name by which `add` made an item of the output. */
  nameOf(item: never): string | undefined;
}

export interface Call {
  (operation: string, input?: object, service?: string): Promise<Record<string, unknown>>;
  readonly account: string;
}

/** Calls of one service in one account. */
export function caller(call: CallService, service: string, account: string): Call {
  const one = (operation: string, input: object = {}, other = service) =>
    call(other, operation, input, { account, as: `arn:aws:iam::${account}:root` });
  return Object.assign(one, { account });
}

export const arn = (service: string, account: string, resource: string): string =>
  `arn:aws:${service}:us-east-1:${account}:${resource}`;
