import type { HttpRequest } from "../core/http.ts";
import type { Unhurried } from "../core/unhurried.ts";
import type { ServiceModel } from "../models/model.ts";
import { utf8 } from "./bytes.ts";
import type { Decoded, Protocol, ProtocolOptions } from "./codec.ts";
import { ErrorShapes, errorMembers, faultType, statusOf } from "./error-shapes.ts";
import { invalidAction, missingAction } from "./errors.ts";
import { type FormNode, formTree, parseForm, parseLargeForm } from "./form.ts";
import { FormReaders } from "./form-reader.ts";
import { OperationCache, tokenFiller } from "./operations.ts";
import { isSqs, queryModel, queueUrlOf } from "./query-names.ts";
import { plainBody } from "./request-body.ts";
import { namespaceUri, resolve } from "./shapes.ts";
import { textElement } from "./xml-text.ts";
import { extraElements, XmlWriters } from "./xml-writer.ts";

/** SQS's errors have an empty `<Detail/>`, but for those of a batch as such: recorded. */
const WITHOUT_DETAIL: ReadonlySet<string> = new Set([
  "BatchEntryIdsNotDistinct",
  "EmptyBatchRequest",
  "InvalidBatchEntryId",
  "TooManyEntriesInBatchRequest",
]);

/** awsQuery: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function queryProtocol(given: ServiceModel, options: Required<ProtocolOptions>): Protocol {
  const model = queryModel(given);
  const readers = new FormReaders(model, "query");
  const writers = new XmlWriters(model, { milliseconds: false });
  const errors = new ErrorShapes(model);
  const namespace = namespaceUri(model.metadata.xmlNamespace);
  const xmlns = namespace ? ` xmlns="${namespace}"` : "";

  const operations = new OperationCache(model, (operation) => {
    const input = operation.input && resolve(model, operation.input);
    const output = operation.output && resolve(model, operation.output);
    return {
      read: operation.input && readers.reader(operation.input),
      write: output && writers.members(output, () => true),
      wrapper: output?.resultWrapper,
      namesQueue: isSqs(model) && input?.members?.["QueueUrl"] !== undefined,
      fillTokens: tokenFiller(model, input, options.idempotencyToken),
    };
  });

  const respond = (status: number, requestId: string, body: string) => ({
    status,
    headers: { "x-amzn-requestid": requestId, "content-type": "text/xml" } as Record<string, string>,
    body,
  });

  function read(request: HttpRequest, form: FormNode): Decoded {
    const name = form.children?.get("Action")?.value;
    if (name === undefined) throw missingAction();
    const operation = operations.get(name);
    if (operation === undefined) throw invalidAction(name, versionOf(form) ?? model.metadata.apiVersion);
    const input = (operation.read ? operation.read(form) : {}) as Record<string, unknown>;
    operation.fillTokens?.(input);
    if (operation.namesQueue && request.path.length > 1) input["QueueUrl"] ??= queueUrlOf(request);
    return { operation: name, input };
  }

  return {
    name: "query",

    decode: (request) => read(request, requestForm(request)),

    *decodeLarge(request): Unhurried<Decoded> {
      const form = yield* largeRequestForm(request);
      yield;
      return read(request, form);
    },

    encodeOutput(name, output, requestId) {
      const { write, wrapper } = operations.must(name);
      const members = write ? write(output) : "";
      const result = wrapper ? `<${wrapper}>${members}</${wrapper}>` : members;
      const trailer = `<ResponseMetadata>${textElement("RequestId", requestId)}</ResponseMetadata>`;
      return respond(200, requestId, `<${name}Response${xmlns}>${result}${trailer}</${name}Response>`);
    },

    encodeError(error, requestId) {
      const shape = errors.find(error);
      const status = statusOf(error, shape);
      const { message, Message, ...members } = errorMembers(error, shape, "message");
      const response = respond(
        status,
        requestId,
        `<ErrorResponse${xmlns}><Error>` +
          textElement("Type", faultType(status, shape)) +
          textElement("Code", shape?.queryCode ?? error.code) +
          textElement("Message", String(message ?? Message ?? "")) +
          (isSqs(model) && !WITHOUT_DETAIL.has(error.code) ? "<Detail/>" : "") +
          extraElements(writers, shape, members) +
          `</Error>${textElement("RequestId", requestId)}</ErrorResponse>`,
      );
      Object.assign(response.headers, error.headers);
      return response;
    },
  };
}

/** Parameters of the body and of the query string as one tree. */
export function requestForm(request: HttpRequest): FormNode {
  const body = plainBody(request);
  const pairs = parseForm(request.query);
  return formTree(body.length > 0 ? [...pairs, ...parseForm(utf8(body))] : pairs);
}

/** The same with pauses. */
export function* largeRequestForm(request: HttpRequest): Unhurried<FormNode> {
  const pairs = parseForm(request.query);
  const others = yield* parseLargeForm(utf8(plainBody(request)));
  yield;
  return formTree([...pairs, ...others]);
}

const versionOf = (form: FormNode) => form.children?.get("Version")?.value;
