/*
 * A nested stack is made by CreateStack, as any other; its token says whose it is, so that no client's input is read otherwise than
 * AWS reads it.
 */

const OURS = /^Nested-((?:[0-9a-f]{2})+)$/;

/** The token that a nested stack is made with. */
export const nestedToken = (parentId: string): string => `Nested-${Buffer.from(parentId).toString("hex")}`;

/** Whose nested stack it is to be, by its token. */
export function parentIn(token: string | undefined): string | undefined {
  const hex = OURS.exec(token ?? "")?.[1];
  return hex === undefined ? undefined : Buffer.from(hex, "hex").toString();
}
