import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AwsError } from "../core/aws-error.ts";
import type { BodyStream } from "../core/http.ts";
import { lazily } from "../core/lazily.ts";

const tls = lazily<typeof import("node:tls")>("node:tls");

/** Ends a request to an upstream, and says why there is no answer. */
export type Fail = (status: number, code: string, why: string) => void;

/** Who waits for an upstream's answer, and for how long. */
export interface Waiting {
  readonly origin: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  reject(error: unknown): void;
}

/** Why there is no answer. */
export const unanswered = (
  { origin }: Pick<Waiting, "origin">,
  status: number,
  code: string,
  why: string,
): AwsError => new AwsError(code, `The upstream ${origin} did not answer: ${why}`, { status });

export const silence = (timeoutMs: number): string => `it was silent for ${timeoutMs} ms`;

/** Says of a request that is sent, over whichever HTTP, why it got no answer: it could not be sent, nobody spoke, or nobody waits any more. */
export function watched(sent: Writable, waiting: Waiting): Fail {
  const { timeoutMs, signal, reject } = waiting;
  const fail: Fail = (status, code, why) => {
    reject(unanswered(waiting, status, code, why));
    sent.destroy();
  };
  sent.on("error", (error: NodeJS.ErrnoException) => {
    if (signal.aborted) reject(signal.reason);
    else fail(503, "ServiceUnavailable", saidOf(error));
  });
  sent.on("timeout", () => fail(504, "GatewayTimeout", silence(timeoutMs)));
  return fail;
}

/** An error's name where it is known (ECONNREFUSED), and what it means where nobody knows it. */
export function saidOf({ code, message }: NodeJS.ErrnoException): string {
  if (code?.startsWith("HPE_")) {
    const reason = message.replace(/^Parse Error:?\s*/, "") || code;
    return `what it says is not HTTP (${reason}). Is it https://, or another service's port?`;
  }
  if (code === "EPROTO" || code === "ERR_SSL_WRONG_VERSION_NUMBER")
    return "it does not speak TLS. Is it http://?";
  if (code !== undefined && UNTRUSTED.test(code))
    return `its certificate is not trusted (${code}): --upstream-ca names who vouches for it`;
  return code ?? message;
}

const UNTRUSTED = /CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER/;

/** Sends a body as it comes. What is wrong with it is the client's own fault; all else is said by the request's events. */
export function pour(stream: BodyStream, sent: Writable, { reject }: Pick<Waiting, "reject">): Promise<void> {
  return pipeline(stream, sent).catch((error: unknown) => {
    if (error instanceof AwsError) reject(error);
  });
}

/** Who may vouch for an upstream: the usual authorities, and these in PEM. */
export const vouchers = (ca: string | undefined): { ca?: string[] } =>
  ca === undefined ? {} : { ca: [...tls().rootCertificates, ca] };
