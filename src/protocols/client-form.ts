import { AwsError } from "../core/aws-error.ts";
import type { ServiceModel } from "../models/model.ts";
import { utf8 } from "./bytes.ts";
import type { ClientProtocol, ErrorOnWire, WholeResponse } from "./client.ts";
import { encodeUri, requestTo } from "./client-request.ts";
import type { FormDialect } from "./form-reader.ts";
import { FormWriters, type Pairs } from "./form-writer.ts";
import { OperationCache } from "./operations.ts";
import { queryModel } from "./query-names.ts";
import { resolve } from "./shapes.ts";
import { parseXml, type XmlElement } from "./xml-parser.ts";
import { XmlReaders } from "./xml-reader.ts";

/** The client of awsQuery. */
export const queryClient = (model: ServiceModel): ClientProtocol => formClient(queryModel(model), "query");

/** The client of ec2Query. */
export const ec2Client = (model: ServiceModel): ClientProtocol => formClient(model, "ec2");

function formClient(model: ServiceModel, dialect: FormDialect): ClientProtocol {
  const writers = new FormWriters(model, dialect);
  const readers = new XmlReaders(model);
  const operations = new OperationCache(model, (operation) => ({
    write: operation.input && writers.writer(operation.input),
    read: operation.output && readers.structure(resolve(model, operation.output), () => true),
    wrapper: operation.output && resolve(model, operation.output).resultWrapper,
  }));
  return {
    encodeRequest(name, input) {
      const pairs: Pairs = [
        ["Action", name],
        ["Version", model.metadata.apiVersion],
      ];
      operations.must(name).write?.(input, "", pairs);
      return requestTo({
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
        body: pairs.map(([key, value]) => `${encodeUri(key)}=${encodeUri(value)}`).join("&"),
      });
    },
    decodeOutput(name, { body }) {
      const { read, wrapper } = operations.must(name);
      if (read === undefined || body.length === 0) return {};
      const root = parseXml(utf8(body));
      return read((wrapper && childOf(root, wrapper)) || root);
    },
    decodeError: (response) => xmlError(response, readers),
  };
}

/** An error in XML: `<Error>` alone (S3), in `<ErrorResponse>` (query), or first of `<Errors>` (EC2). */
export function xmlError({ status, body }: WholeResponse, readers: XmlReaders): ErrorOnWire {
  let error: XmlElement | undefined;
  try {
    const root = parseXml(utf8(body));
    error = root.name === "Error" ? root : childOf(childOf(root, "Errors") ?? root, "Error");
  } catch (failure) {
    // A HEAD answer has no body, and a proxy in between may answer with something else.
    if (!(failure instanceof AwsError)) throw failure;
  }
  return {
    code: (error && childOf(error, "Code")?.text) ?? `HTTP${status}`,
    message: (error && childOf(error, "Message")?.text) ?? "",
    members: (shape) => (error ? (readers.reader({ shape })(error) as Record<string, unknown>) : {}),
  };
}

const childOf = (element: XmlElement, name: string) => element.children.find((child) => child.name === name);
