import type { AwsError } from "../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Unhurried } from "../core/unhurried.ts";
import type { ProtocolName } from "../models/model.ts";

/** What recognition has learnt from the host and the codec cannot see. */
export interface DecodeHint {
  /** The S3 bucket of a virtual-host request (`<bucket>.s3.…`): the path is then the key alone. */
  readonly bucket?: string;
}

/** An operation's name and its input, typed as the model says. Not yet checked against the model's constraints. */
export interface Decoded {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** One wire protocol of one service: HTTP to typed values and back, free of any socket. */
export interface Protocol {
  readonly name: ProtocolName;
  /** Throws an AwsError (unknown operation, malformed body, wrong type). */
  decode(request: HttpRequest, hint?: DecodeHint): Decoded;
  /** The same with pauses, for a large body; absent where `decode` is quick whatever comes. */
  decodeLarge?(request: HttpRequest, hint?: DecodeHint): Unhurried<Decoded>;
  /** The operation that the path of a request is for; undefined when there is none. */
  operationOf?(head: HttpRequest, hint?: DecodeHint): string | undefined;
  /** Does the operation of this request take its body as a stream? Asked before the body has come. */
  streams?(head: HttpRequest, hint?: DecodeHint): boolean;
  encodeOutput(operation: string, output: Readonly<Record<string, unknown>>, requestId: string): HttpResponse;
  /** An output that is JSON already; absent where the protocol writes something else. */
  encodeJson?(json: string, requestId: string): HttpResponse;
  /** The same with pauses, for an output that is marked as large. */
  encodeLarge?(
    operation: string,
    output: Readonly<Record<string, unknown>>,
    requestId: string,
  ): Unhurried<HttpResponse>;
  /** `operation` may be unknown; with it a HEAD answer has no body. */
  encodeError(error: AwsError, requestId: string, operation?: string): HttpResponse;
}

export interface ProtocolOptions {
  /** Makes idempotency tokens that the client left out. Default: random UUIDs. */
  readonly idempotencyToken?: () => string;
}
