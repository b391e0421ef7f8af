import type { AwsError } from "../core/aws-error.ts";
import type { ServiceModel, Shape } from "../models/model.ts";
import { queryErrorCodes } from "./query-names.ts";
import { membersOf, type ResolvedMember } from "./shapes.ts";
import type { StructuredCodecs } from "./structured.ts";

/** An exception of the model. */
export interface ErrorShape {
  readonly name: string;
  /** What query protocols call it: `AWS.SimpleQueueService.NonExistentQueue` for `QueueDoesNotExist`. */
  readonly queryCode: string;
  readonly status: number | undefined;
  readonly shape: Shape;
  readonly members: readonly ResolvedMember[];
  /** The model's spelling of the message member: `message`, `Message`, or none. */
  readonly messageMember: string | undefined;
}

/** The exceptions of a model, by shape name and by wire code. */
export class ErrorShapes {
  readonly #byCode = new Map<string, ErrorShape>();

  constructor(model: ServiceModel) {
    const codes = queryErrorCodes(model);
    const shapes = Object.entries(model.shapes).filter(([, shape]) => shape.exception);
    for (const [name, shape] of shapes) {
      const members = membersOf(model, shape);
      this.#byCode.set(name, {
        name,
        queryCode: codes[name] ?? shape.error?.code ?? name,
        status: shape.error?.httpStatusCode ?? (shape.fault ? 500 : undefined),
        shape,
        members,
        messageMember: members.find((member) => /^(error)?message$/i.test(member.name))?.name,
      });
    }
    // A shape's own name goes first: CloudWatch has both a shape and a code "ResourceNotFound".
    for (const error of [...this.#byCode.values()]) {
      if (!this.#byCode.has(error.queryCode)) this.#byCode.set(error.queryCode, error);
    }
  }

  find(error: AwsError): ErrorShape | undefined {
    return this.#byCode.get(error.code);
  }
}

/** The status that an error answers with: the model's, unless the error insists or the model has none. */
export function statusOf(error: AwsError, shape: ErrorShape | undefined): number {
  return error.statusIsFixed ? error.status : (shape?.status ?? error.status);
}

/**
 * Every member that an error answers with, the message under the model's spelling (`fallback` where the model has none:
 * AWS sends it all the same).
 */
export function errorMembers(
  error: AwsError,
  shape: ErrorShape | undefined,
  fallback: string,
): Record<string, unknown> {
  const key = shape?.messageMember ?? fallback;
  return error.message === "" ? { ...error.members } : { [key]: error.message, ...error.members };
}

/** An error as a JSON or CBOR document, without its type. Members that are bound to headers are left out. */
export function errorDocument(
  codecs: StructuredCodecs,
  error: AwsError,
  shape: ErrorShape | undefined,
  members: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (shape === undefined) return { ...members };
  const write = codecs.structureWriter(
    { ...shape.shape, shape: shape.name },
    (member) => member.location === undefined,
  );
  const document = write(members) as Record<string, unknown>;
  if (shape.messageMember === undefined && error.message !== "") document["message"] = error.message;
  return document;
}

/** What the front door of services said in the query protocol, and still says beside the new names. */
const QUERY_REFUSALS: Readonly<Record<string, string>> = {
  ExpiredTokenException: "ExpiredToken",
  IncompleteSignatureException: "IncompleteSignature",
  InvalidSignatureException: "SignatureDoesNotMatch",
  MissingAuthenticationTokenException: "MissingAuthenticationToken",
  UnrecognizedClientException: "InvalidClientTokenId",
};

/** `x-amzn-query-error` of a service that has left the query protocol: the code that its older clients know, and whose fault. */
export function queryError(error: AwsError, shape: ErrorShape | undefined, status: number): string {
  const code = shape?.queryCode ?? QUERY_REFUSALS[error.code] ?? error.code;
  return `${code};${faultType(status, shape)}`;
}

/** Whose fault, as query protocols spell it. */
export function faultType(status: number, shape: ErrorShape | undefined): "Sender" | "Receiver" {
  if (shape?.shape.error?.senderFault) return "Sender";
  return status >= 500 ? "Receiver" : "Sender";
}
