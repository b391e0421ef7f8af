import { isEventStreamType } from "../core/event-message.ts";
import type { HttpRequest } from "../core/http.ts";
import { loadModel, type ProtocolName, wireIndex } from "../models/model.ts";
import { LONGEST_PLAIN_BYTES } from "../protocols/plain-input.ts";
import { hasStreams } from "../protocols/streaming.ts";
import type { Dispatcher } from "./dispatch.ts";
import { type Recognized, recognize } from "./recognize.ts";

/** What a request says before its body has come. */
export interface Foreseen {
  /** Who is meant; undefined when only the body tells. */
  readonly recognized?: Recognized;
  /** Is the body handed on as it comes? Else it is read whole first. */
  readonly streams: boolean;
}

const WHOLE: Foreseen = { streams: false };
const FORM = "application/x-www-form-urlencoded";
const REST: readonly ProtocolName[] = ["rest-json", "rest-xml"];

/**
 * An event stream is never waited for: it ends when its client has heard enough of the answer. Bodies stream for operations
 * whose payload is a streaming blob in the model, and for REST services that Squall knows by name only and that an upstream
 * answers, unless their body is a short text in which a rule may find a resource. All else is decoded, and so is whole.
 */
export function foresee(head: HttpRequest, dispatcher: Dispatcher, verifiesSignatures: boolean): Foreseen {
  // The query protocol names its operation, and at times its service, in the body.
  if (head.method === "POST" && head.headers["content-type"]?.startsWith(FORM)) return WHOLE;
  const recognized = dispatcher.claim(head, recognize(head));
  return { recognized, streams: isStreamed(head, recognized, dispatcher, verifiesSignatures) };
}

function isStreamed(
  head: HttpRequest,
  recognized: Recognized,
  dispatcher: Dispatcher,
  verifiesSignatures: boolean,
): boolean {
  const { service, kind, signature } = recognized;
  if (kind !== "api" || head.headers["x-amz-target"] !== undefined) return false;
  if (isEventStreamType(head.headers["content-type"] ?? "")) return true;
  const model = loadModel(service);
  const mayStream = model ? hasStreams(model) : isRestElsewhere(service, dispatcher) && !isShortText(head);
  if (!mayStream) return false;
  // A signature over the body's own hash can only be checked when all of it is there.
  const isHashed = signature !== undefined && !(signature.presigned && service === "s3");
  if (verifiesSignatures && isHashed && head.headers["x-amz-content-sha256"] === undefined) return false;
  return model === undefined || dispatcher.streams(head, recognized);
}

function isShortText({ headers }: HttpRequest): boolean {
  const isText = /\b(json|xml)\b/.test(headers["content-type"] ?? "");
  return isText && Number(headers["content-length"] ?? Number.NaN) <= LONGEST_PLAIN_BYTES;
}

function isRestElsewhere(service: string, dispatcher: Dispatcher): boolean {
  const protocol = wireIndex().get(service)?.protocols[0];
  return protocol !== undefined && REST.includes(protocol) && dispatcher.upstream(service) !== undefined;
}
