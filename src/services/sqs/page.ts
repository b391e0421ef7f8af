import { invalidParameter, invalidParameterValue } from "./errors.ts";

const MOST_RESULTS = 1000;

/**
 * One page of names, as ListQueues gives it: without MaxResults the first thousand and no token.
 * @throws AwsError `InvalidParameterValue` for a wrong MaxResults or token
 */
export function pageOf(
  names: readonly string[],
  input: { readonly MaxResults?: number; readonly NextToken?: string },
): { items: readonly string[]; NextToken?: string } {
  const { MaxResults: size, NextToken: token } = input;
  if (size !== undefined && (size < 1 || size > MOST_RESULTS)) {
    throw invalidParameter("MaxResults", size, `MaxResults must be an integer between 1 and ${MOST_RESULTS}`);
  }
  const after = token === undefined ? undefined : readToken(token);
  const rest = after === undefined ? names : names.filter((name) => name > after);
  const items = rest.slice(0, size ?? MOST_RESULTS);
  if (size === undefined || items.length === rest.length) return { items };
  return { items, NextToken: Buffer.from(`after ${items.at(-1)}`).toString("base64") };
}

function readToken(token: string): string {
  const text = Buffer.from(token, "base64").toString();
  if (!text.startsWith("after ")) throw invalidParameterValue(`Invalid or expired next token.`);
  return text.slice("after ".length);
}
