import { createHmac } from "node:crypto";
import { AwsError } from "../core/aws-error.ts";
import { decodeMessages, encodeHeaders, encodeMessage } from "../core/event-message.ts";
import type { BodyStream } from "../core/http.ts";
import { framesOf } from "../faults/wire/frames.ts";
import type { Signer } from "./onward.ts";
import { sha256, signingKey, toAmzDate } from "./signature.ts";

/** What the first event's signature hangs on. */
export interface Seed {
  /** Of the request's head, 64 hexadecimal digits. */
  readonly signature: string;
  /** `20261128` */
  readonly date: string;
}

/**
 * The same events with signatures of our own: each hangs on the one before. The time of an event stays the one that its client
 * gave it.
 * https://docs.aws.amazon.com/transcribe/latest/dg/streaming-http2.html
 */
export async function* signedEvents(
  events: BodyStream,
  signer: Signer,
  seed: Seed,
): AsyncGenerator<Uint8Array> {
  const { region, signingName } = signer;
  const key = signingKey({ ...signer, date: seed.date });
  const scope = `${seed.date}/${region}/${signingName}/aws4_request`;
  let prior = seed.signature;
  for await (const frame of framesOf(events)) {
    const [event] = decodeMessages(frame);
    const at = event?.headers[":date"];
    if (event === undefined || !(at instanceof Date)) throw unsigned();
    const dated = encodeHeaders({ ":date": at });
    const text = [
      ALGORITHM,
      toAmzDate(at.getTime()),
      scope,
      prior,
      sha256(dated),
      sha256(event.payload),
    ].join("\n");
    const signature = createHmac("sha256", key).update(text).digest();
    prior = signature.toString("hex");
    yield encodeMessage({ headers: { ":date": at, ":chunk-signature": signature }, payload: event.payload });
  }
}

const ALGORITHM = "AWS4-HMAC-SHA256-PAYLOAD";

function unsigned(): AwsError {
  const message = "The request announces signed events, and sends one that is not.";
  return new AwsError("InvalidSignatureException", message, { status: 403 });
}
