import type { Bed } from "./bed.ts";

/** Calls a service of the query protocol for which no SDK is at hand. @returns the answer's text */
export function formsOf({ options }: Bed, service: string, Version: string) {
  const scope = `${options.credentials.accessKeyId}/20261128/${options.region}/${service}/aws4_request`;
  return async (Action: string, input: Readonly<Record<string, string>> = {}): Promise<string> => {
    const answer = await fetch(options.endpoint, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({ Action, Version, ...input }).toString(),
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${answer.status}: ${text}`);
    return text;
  };
}
