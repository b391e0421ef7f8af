import { type Page, page } from "../../aws/page.ts";
import { invalidParameter, invalidParameterValue } from "./errors.ts";

const MOST_RESULTS = 1000;

/**
 * One page of queue names, as ListQueues gives it: without MaxResults the first thousand and no token.
 * @param query what else was asked: a token serves no other query
 * @throws AwsError `InvalidParameterValue` for a wrong MaxResults or token
 */
export function pageOfNames(
  names: Iterable<string>,
  input: { readonly MaxResults?: number; readonly NextToken?: string },
  query: unknown,
): Page<string> {
  const { MaxResults: size, NextToken: token } = input;
  if (size !== undefined && (size < 1 || size > MOST_RESULTS)) {
    throw invalidParameter("MaxResults", size, `MaxResults must be an integer between 1 and ${MOST_RESULTS}`);
  }
  const { items, nextToken } = page(names, (name) => [name], {
    size: size ?? MOST_RESULTS,
    token,
    query,
    refuse: () => invalidParameterValue("Invalid or expired next token."),
  });
  return { items, ...(size !== undefined && nextToken !== undefined && { nextToken }) };
}
