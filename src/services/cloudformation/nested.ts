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
