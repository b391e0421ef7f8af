import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import tls from "node:tls";
import { AwsError } from "../core/aws-error.ts";
import type { BodyStream } from "../core/http.ts";

/** Ends a request to an upstream, and says why there is no answer. */
export type Fail = (status: number, code: string, why: string) => void;

/** Who waits for an upstream's answer, and for how long. */
export interface Waiting {
  readonly origin: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  reject(error: unknown): void;
}

/** Says of a request that is sent, over whichever HTTP, why it got no answer: it could not be sent, nobody spoke, or nobody waits any more. */
export function watched(sent: Writable, { origin, timeoutMs, signal, reject }: Waiting): Fail {
  const fail: Fail = (status, code, why) => {
    reject(new AwsError(code, `The upstream ${origin} did not answer: ${why}`, { status }));
    sent.destroy();
  };
  sent.on("error", (error: NodeJS.ErrnoException) => {
    if (signal.aborted) reject(signal.reason);
    else fail(503, "ServiceUnavailable", error.code ?? error.message);
  });
  sent.on("timeout", () => fail(504, "GatewayTimeout", `it was silent for ${timeoutMs} ms`));
  return fail;
}

/** Sends a body as it comes. What is wrong with it is the client's own fault; all else is said by the request's events. */
export function pour(stream: BodyStream, sent: Writable, { reject }: Pick<Waiting, "reject">): Promise<void> {
  return pipeline(stream, sent).catch((error: unknown) => {
    if (error instanceof AwsError) reject(error);
  });
}

/** Who may vouch for an upstream: the usual authorities, and these in PEM. */
export const vouchers = (ca: string | undefined): { ca?: string[] } =>
  ca === undefined ? {} : { ca: [...tls.rootCertificates, ca] };
