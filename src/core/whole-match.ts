import { limited } from "./limited.ts";
import { isQuick } from "./regex.ts";

/**
 * Is the whole text one match of a user's regular expression, of Java's or JavaScript's kind? What could take long is asked of
 * another process.
 * @throws SyntaxError for what is no regular expression; LimitExceeded when it takes too long
 */
export async function matchesWhole(source: string, text: string, flags = ""): Promise<boolean> {
  if (isQuick(source, text.length)) return run({ source, text, flags });
  return await limited(new URL(import.meta.url), { source, text, flags });
}

/** The task of the other thread. */
export function run({ source, text, flags }: { source: string; text: string; flags: string }): boolean {
  return new RegExp(`^(?:${source})$`, flags).test(text);
}
