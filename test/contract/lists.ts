import { readdirSync } from "node:fs";
import type { CallService } from "../../src/core/service.ts";

/** One list operation, and how to have something to list. Calls go through `cloud.call`, in an account of the list's own. */
export interface ListCase {
  readonly service: string;
  readonly operation: string;
  /** What is asked besides the page: a filter, the parent that is listed. Of `call`, where it has to be looked up. */
  input?(account: string, call: Call): Readonly<Record<string, unknown>> | Promise<Record<string, unknown>>;
  /** Members of the input: how many, from where; and of the output: the items, the next token (dotted paths, or readers). */
  readonly size?: string;
  /** How many a page has when nobody can say. */
  readonly fixedSize?: number;
  readonly sizeIsText?: boolean;
  readonly token: string;
  readonly items: string | ((output: never) => readonly unknown[]);
  readonly next: string | ((output: never) => unknown);
  /** The least size that the operation takes. Default 1. */
  readonly least?: number;
  /** There can be no more items than this: pages are of one. Without it there are seven or more, in pages of two. */
  readonly most?: number;
  /** The operation's token is not opaque on AWS either: a key, a name, an ARN. */
  readonly keyIsToken?: boolean;
  /** Members of the input that do not change what is listed: a token serves with and without them. */
  readonly free?: readonly string[];
  /** A token is asked with nothing but the size beside it. */
  readonly alone?: true;
  /** Settings of services without which there is no second page. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  /** What must be there before any item. */
  prepare?(call: Call): Promise<unknown>;
  /** Makes the item of a name; names sort as their numbers do. Absent: the items are AWS's own and stay as they are. */
  add?(call: Call, name: string): Promise<unknown>;
  /** Absent: what is there stays (metrics, experiments). */
  remove?(call: Call, name: string): Promise<unknown>;
  /** The name by which `add` made an item of the output. */
  nameOf(item: never): string | undefined;
}

/** Every file of `lists/` has the list operations of one service. */
export async function allLists(): Promise<ListCase[]> {
  const folder = new URL("./lists/", import.meta.url);
  const cases: ListCase[] = [];
  for (const file of readdirSync(folder)) {
    const module = (await import(new URL(file, folder).href)) as { lists: readonly ListCase[] };
    cases.push(...module.lists);
  }
  return cases;
}

export const memberOf = (output: object, path: ListCase["next"] | ListCase["items"]): unknown =>
  typeof path === "function"
    ? path(output as never)
    : path
        .split(".")
        .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], output);

/** The names of the items of an output. */
export const namesIn = (list: ListCase, output: object): string[] =>
  ((memberOf(output, list.items) ?? []) as never[]).map(list.nameOf).filter((name) => name !== undefined);

export interface Call {
  (operation: string, input?: object, service?: string, region?: string): Promise<Record<string, unknown>>;
  readonly account: string;
}

/** Calls of one service in one account. */
export function caller(call: CallService, service: string, account: string): Call {
  const one = (operation: string, input: object = {}, other = service, region = "us-east-1") =>
    call<Record<string, unknown>>(other, operation, input, {
      account,
      region,
      as: `arn:aws:iam::${account}:root`,
    });
  return Object.assign(one, { account });
}

export const arn = (service: string, account: string, resource: string): string =>
  `arn:aws:${service}:us-east-1:${account}:${resource}`;

/** Adding and removing what goes by an id of the service's: remembers what each name got. */
export function byId(
  add: (call: Call, name: string) => Promise<string>,
  remove: (call: Call, id: string) => Promise<unknown>,
): Required<Pick<ListCase, "add" | "remove">> {
  const ids = new Map<string, string>();
  return {
    add: async (call, name) => ids.set(`${call.account} ${name}`, await add(call, name)),
    // The suite removes only what it has added.
    remove: (call, name) => remove(call, ids.get(`${call.account} ${name}`)!),
  };
}
