import { nestedTooDeeply } from "./errors.ts";
import type { StackPlace } from "./events.ts";
import { type StackRecord, stackRecords } from "./stack.ts";

/*
 * A nested stack is made by CreateStack, as any other; its token says whose it is, so that no client's input is read otherwise than
 * AWS reads it. A token has 128 letters at most: the end of the ARN has to do.
 */

const OURS = /^Nested-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The token that a nested stack is made with. */
export const nestedToken = (parentId: string): string => `Nested-${parentId.split("/").at(-1)}`;

/** Whose nested stack it is to be, by its token. */
export function parentIn(
  token: string | undefined,
  { store }: Pick<StackPlace, "store">,
): StackRecord | undefined {
  const id = OURS.exec(token ?? "")?.[1];
  if (id === undefined) return undefined;
  // What has nested stacks is being worked on.
  return [...store.collection(stackRecords).by("active").values()].find((stack) =>
    stack.id.endsWith(`/${id}`),
  );
}

/** A template that nests itself would go on until there is no room. */
export const MOST_LEVELS = 50;

/** @throws ValidationError when a stack below this one would be nested too deeply */
export function checkDepth(parent: StackRecord, { store }: Pick<StackPlace, "store">): void {
  const stacks = store.collection(stackRecords);
  let levels = 1;
  for (let { parentId } = parent; parentId !== undefined; parentId = stacks.get([parentId])?.parentId)
    if (++levels > MOST_LEVELS) throw nestedTooDeeply(MOST_LEVELS);
}
