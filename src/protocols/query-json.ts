import type { MemberRef, ServiceModel } from "../models/model.ts";
import { toBase64 } from "./bytes.ts";
import type { Protocol, ProtocolOptions } from "./codec.ts";
import { ErrorShapes, errorMembers, faultType, statusOf } from "./error-shapes.ts";
import { queryProtocol } from "./query.ts";
import { isSqs, queryModel } from "./query-names.ts";
import { entryOf, itemOf, keyOf, membersOf, resolve } from "./shapes.ts";
import { asDate, toEpochSeconds } from "./timestamp.ts";

/** Who asks in the query protocol and would rather read JSON: `Accept: application/json`. */
export const prefersJson = (headers: Readonly<Record<string, string>>): boolean =>
  /^\s*application\/json\b/.test(headers["accept"] ?? "");

/**
 * The query protocol, answered in JSON: what an API Gateway in front of SQS and SNS hands on, and what `curl -H 'Accept: application/json'`
 * gets. As people show it, members stand in the alphabet's order, and those that are not there are null:
 * `{"SendMessageResponse":{"ResponseMetadata":{"RequestId":"…"},"SendMessageResult":{"MD5OfMessageAttributes":null, …}}}`.
 */
export function queryJsonProtocol(given: ServiceModel, options: Required<ProtocolOptions>): Protocol {
  const model = queryModel(given);
  const errors = new ErrorShapes(model);
  const respond = (status: number, requestId: string, body: unknown) => ({
    status,
    headers: { "x-amzn-requestid": requestId, "content-type": "application/json" } as Record<string, string>,
    body: JSON.stringify(body),
  });

  return {
    ...queryProtocol(given, options),

    encodeOutput(name, output, requestId) {
      const shape = model.operations[name]?.output;
      const result = shape && { [`${name}Result`]: asJson(model, shape, output) };
      const said = { ...result, ResponseMetadata: { RequestId: requestId } };
      return respond(200, requestId, { [`${name}Response`]: sorted(Object.entries(said)) });
    },

    encodeError(error, requestId) {
      const shape = errors.find(error);
      const status = statusOf(error, shape);
      const { message, Message } = errorMembers(error, shape, "message");
      const said = {
        Code: shape?.queryCode ?? error.code,
        Message: String(message ?? Message ?? ""),
        Type: faultType(status, shape),
      };
      const response = respond(status, requestId, { Error: said, RequestId: requestId });
      Object.assign(response.headers, error.headers);
      return response;
    },
  };
}

function asJson(model: ServiceModel, ref: MemberRef, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const shape = resolve(model, ref);
  switch (shape.type) {
    case "structure": {
      const members = value as Record<string, unknown>;
      return sorted(
        membersOf(model, shape).map(({ name, shape: member }) => [
          spelled(model, name),
          asJson(model, member, members[name]),
        ]),
      );
    }
    case "list":
      return (value as unknown[]).map((item) => asJson(model, itemOf(shape), item));
    case "map": {
      const entries = Object.entries(value as Record<string, unknown>).map(
        ([key, entry]) => [key, asJson(model, entryOf(shape), entry)] as const,
      );
      // Inferred: SQS's maps were lists of names and values before it moved to JSON.
      const { locationName: key = "key" } = keyOf(shape);
      const { locationName: entry = "value" } = entryOf(shape);
      return isSqs(model)
        ? entries.map(([name, said]) => ({ [key]: name, [entry]: said }))
        : Object.fromEntries(entries);
    }
    case "timestamp":
      return toEpochSeconds(asDate(value));
    case "blob":
      return toBase64(value);
    default:
      return value;
  }
}

/** SQS calls its messages `messages`: `ReceiveMessageResponse.ReceiveMessageResult.messages[0].Body`. */
const spelled = (model: ServiceModel, name: string): string =>
  isSqs(model) && name === "Messages" ? "messages" : name;

const sorted = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
