/** Names of headers as they are written, and in lower case: there are few, and each comes with every message. */
const lowered = new Map<string, string>();
const MOST_LOWERED = 1000;

/** A header's name in lower case. */
export function lowerName(raw: string): string {
  const known = lowered.get(raw);
  if (known !== undefined) return known;
  const name = raw.toLowerCase();
  if (lowered.size < MOST_LOWERED) lowered.set(raw, name);
  return name;
}

/** A header's value without the spaces and tabs around it. */
export function trimmedValue(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
