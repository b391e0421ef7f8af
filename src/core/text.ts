/** What stands in front of a mark's first occurrence; the whole text when it has none. */
export function upTo(mark: string, text: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
}

/** What stands behind a mark's last occurrence; the whole text when it has none. */
export function behindLast(mark: string, text: string): string {
  const at = text.lastIndexOf(mark);
  return at < 0 ? text : text.slice(at + mark.length);
}

export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
export const uncapitalized = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** `1 rule`, `2 rules`. @param noun one of them */
export const numberOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** A time as AWS writes it to the second: `2024-11-29T19:43:25Z`. @param ms epoch milliseconds */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Names come from requests: none of them begins a line of its own in what is shown, or paints one. */
export const onOneLine = (text: string): string => (CONTROL.test(text) ? text.replace(CONTROLS, " ") : text);
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]+/g;
