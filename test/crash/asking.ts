import type { Bed } from "./bed.ts";

/** Plain requests of a JSON service whose SDK client is not among what Squall is developed with. */
export function asking<A>(options: Bed["options"], service: string, target: string) {
  return async (operation: string, body: object): Promise<A> => {
    const scope = `${options.credentials.accessKeyId}/20260101/${options.region}/${service}/aws4_request`;
    const answer = await fetch(options.endpoint, {
      method: "POST",
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": `${target}.${operation}`,
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw Object.assign(new Error(`${operation}: ${text}`), { $fault: "client" });
    return (text ? JSON.parse(text) : {}) as A;
  };
}
