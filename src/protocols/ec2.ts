import type { Unhurried } from "../core/unhurried.ts";
import type { ServiceModel } from "../models/model.ts";
import type { Decoded, Protocol, ProtocolOptions } from "./codec.ts";
import { ErrorShapes, statusOf } from "./error-shapes.ts";
import { invalidEc2Action, missingAction } from "./errors.ts";
import type { FormNode } from "./form.ts";
import { FormReaders } from "./form-reader.ts";
import { OperationCache, tokenFiller } from "./operations.ts";
import { largeRequestForm, requestForm } from "./query.ts";
import { headersOf } from "./service-headers.ts";
import { namespaceUri, resolve } from "./shapes.ts";
import { textElement } from "./xml-text.ts";
import { XmlWriters } from "./xml-writer.ts";

/** ec2Query: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export function ec2Protocol(model: ServiceModel, options: Required<ProtocolOptions>): Protocol {
  const readers = new FormReaders(model, "ec2");
  const writers = new XmlWriters(model, { milliseconds: true });
  const errors = new ErrorShapes(model);
  // AWS answers with a slash at the end that its model does not have.
  const xmlns = ` xmlns="${(namespaceUri(model.metadata.xmlNamespace) ?? "").replace(/\/?$/, "/")}"`;

  const operations = new OperationCache(model, (operation) => {
    const input = operation.input && resolve(model, operation.input);
    const output = operation.output && resolve(model, operation.output);
    return {
      read: operation.input && readers.reader(operation.input),
      // An operation without an output says that it has worked.
      write: output ? writers.members(output, () => true) : () => "<return>true</return>",
      fillTokens: tokenFiller(model, input, options.idempotencyToken),
    };
  });

  const idsOf = headersOf(model.metadata.serviceId);
  const respond = (status: number, requestId: string, xml: string) => ({
    status,
    headers: { ...idsOf(requestId), "content-type": "text/xml;charset=UTF-8" } as Record<string, string>,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`,
  });

  function read(form: FormNode): Decoded {
    const name = form.children?.get("Action")?.value;
    if (name === undefined) throw missingAction();
    const operation = operations.get(name);
    if (operation === undefined) throw invalidEc2Action(name);
    const input = (operation.read ? operation.read(form) : {}) as Record<string, unknown>;
    operation.fillTokens?.(input);
    return { operation: name, input };
  }

  return {
    name: "ec2",

    decode: (request) => read(requestForm(request)),

    *decodeLarge(request): Unhurried<Decoded> {
      const form = yield* largeRequestForm(request);
      yield;
      return read(form);
    },

    encodeOutput(name, output, requestId) {
      const members = operations.must(name).write(output);
      const id = textElement("requestId", requestId);
      return respond(200, requestId, `<${name}Response${xmlns}>${id}${members}</${name}Response>`);
    },

    encodeError(error, requestId) {
      const shape = errors.find(error);
      const response = respond(
        statusOf(error, shape),
        requestId,
        `<Response><Errors><Error>${textElement("Code", shape?.queryCode ?? error.code)}` +
          `${textElement("Message", error.message)}</Error></Errors>${textElement("RequestID", requestId)}</Response>`,
      );
      Object.assign(response.headers, error.headers);
      return response;
    },
  };
}
