/** Where the size in a kept item's text ends, and the kind of the rest is told (see item-text.ts). */
export function markOf(text: string): number {
  let at = 1;
  while (text.charCodeAt(at) < 58) at++;
  return at;
}

/** A kept item as DynamoDB JSON: binaries are base64. */
export function itemJson(text: string): string {
  return text.slice(markOf(text) + 1);
}
