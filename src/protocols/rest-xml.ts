import { AwsError } from "../core/aws-error.ts";
import type { HttpResponse } from "../core/http.ts";
import type { ServiceModel } from "../models/model.ts";
import { utf8 } from "./bytes.ts";
import type { Protocol, ProtocolOptions } from "./codec.ts";
import { type ErrorShape, errorMembers, faultType } from "./error-shapes.ts";
import {
  invalidArgument,
  invalidUri,
  malformedXml,
  methodNotAllowed,
  unknownOperationException,
} from "./errors.ts";
import { hostId } from "./host-id.ts";
import { type BodyFormat, restProtocol } from "./rest.ts";
import { s3RootName, s3Status } from "./s3-names.ts";
import { s3Path } from "./s3-query.ts";
import { headersOf } from "./service-headers.ts";
import { namespaceUri } from "./shapes.ts";
import { parseLargeXml, parseXml, type XmlElement } from "./xml-parser.ts";
import { XmlReaders } from "./xml-reader.ts";
import { textElement } from "./xml-text.ts";
import { extraElements, XmlWriters } from "./xml-writer.ts";

const declarationOf = ({ metadata }: ServiceModel): string =>
  metadata.serviceId === "Route 53" ? '<?xml version="1.0"?>\n' : '<?xml version="1.0" encoding="UTF-8"?>\n';

/** restXml: https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html, with S3's own ways. */
export function restXmlProtocol(model: ServiceModel, options: Required<ProtocolOptions>): Protocol {
  const isS3 = model.metadata.serviceId === "S3";
  const isControl = model.metadata.serviceId === "S3 Control";
  const writers = new XmlWriters(model, { milliseconds: isS3 });
  const namespace = xmlNamespaceOf(model);
  const declaration = declarationOf(model);
  const xmlns = xmlnsOf(namespace);

  function errorBody(
    error: AwsError,
    shape: ErrorShape | undefined,
    status: number,
    requestId: string,
  ): string {
    const { message, Message, ...members } = errorMembers(error, shape, "message");
    const code = textElement("Code", shape?.queryCode ?? error.code);
    const said = textElement("Message", String(message ?? Message ?? ""));
    const extra = extraElements(writers, shape, members);
    if (isS3) {
      const ids = textElement("RequestId", requestId) + textElement("HostId", hostId(requestId));
      return `${declaration}<Error>${code}${said}${extra}${ids}</Error>`;
    }
    if (isControl) {
      const ids = textElement("RequestId", requestId) + textElement("HostId", hostId(requestId));
      return `${declaration}<ErrorResponse><Error>${code}${said}${extra}</Error>${ids}</ErrorResponse>`;
    }
    const type = textElement("Type", faultType(status, shape));
    return `${declaration}<ErrorResponse${xmlns}><Error>${type}${code}${said}${extra}</Error>${textElement("RequestId", requestId)}</ErrorResponse>`;
  }

  return restProtocol(model, options, {
    name: "rest-xml",
    s3: isS3,
    ...(isS3 && { at: s3Path }),
    format: xmlFormat(model, writers, namespace, isS3),
    noRoute: (request) => {
      if (!isS3) return unknownOperationException(404);
      return request.method === "POST" && request.query === "" ? noForm() : methodNotAllowed();
    },
    badUri: () => (isS3 ? invalidUri() : malformedXml()),
    requestIdHeaders: headersOf(model.metadata.serviceId, ["x-amzn-requestid", "x-amz-request-id"]),
    errorResponse: (error, shape, status, requestId): HttpResponse => ({
      status,
      headers: { "content-type": isS3 ? "application/xml" : "text/xml" },
      // Not modified and partial answers of S3 have no error document.
      body: status === 304 ? "" : errorBody(error, shape, status, requestId),
    }),
  });
}

/** A POST to a bucket is a browser's form, or nothing. */
const noForm = () =>
  new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    status: 412,
    statusIsFixed: true,
    members: { Condition: "Bucket POST must be of the enclosure-type multipart/form-data" },
  });

/** Namespaces that models do not say. */
const NAMESPACES: Readonly<Record<string, string>> = {
  S3: "http://s3.amazonaws.com/doc/2006-03-01/",
  "Route 53": "https://route53.amazonaws.com/doc/2013-04-01/",
};

/** The namespace of a service's bodies. */
export const xmlNamespaceOf = ({ metadata }: ServiceModel): string | undefined =>
  NAMESPACES[metadata.serviceId] ?? namespaceUri(metadata.xmlNamespace);

/** Bodies in XML, in the namespace of the service. */
export function xmlFormat(
  model: ServiceModel,
  writers: XmlWriters,
  namespace: string | undefined,
  isS3: boolean,
): BodyFormat {
  const xmlns = xmlnsOf(namespace);
  const declaration = declarationOf(model);
  const hasStatuses = isS3 || model.metadata.serviceId === "S3 Control";
  const readers = new XmlReaders(model);
  return {
    contentType: "application/xml",
    ...(hasStatuses && { statusOf: ({ name }: { name: string }) => s3Status(name) }),
    events: {
      contentType: "text/xml",
      payloadWriter(shape, include) {
        const write = writers.members(shape, include);
        return (value) => Buffer.from(`<${shape.shape}>${write(value)}</${shape.shape}>`, "utf8");
      },
    },
    fail: (text, type) => invalidArgument(`Unable to parse "${text}" as ${type}`),
    parse: (body) => parseXml(utf8(body)),
    parseLarge: (body) => parseLargeXml(utf8(body)),
    readStructure(shape, include) {
      const read = readers.structure(shape, include);
      return (document) => read(document as XmlElement);
    },
    readPayload({ name, shape }) {
      const read = readers.reader(shape);
      const root = shape.locationName ?? name;
      return (document) => {
        // S3 alone looks at it; what is wrong with an ACL has a code of its own there.
        if (isS3 && root !== "AccessControlPolicy" && (document as XmlElement).name !== root)
          throw malformedXml();
        return read(document as XmlElement);
      };
    },
    writeStructure(shape, include, operation) {
      const root = (isS3 && s3RootName(operation.name)) || (shape.locationName ?? shape.shape);
      const write = writers.members(shape, include);
      // The one answer that S3 does not wrap.
      if (isS3 && operation.name === "GetBucketLocation") {
        const bare = (output: unknown) => write(output).replace(/<\/?LocationConstraint>/g, "");
        return (output) => `${declaration}<${root}${xmlns}>${bare(output)}</${root}>`;
      }
      const opening = writers.openingOf({ ...shape, xmlNamespace: shape.xmlNamespace ?? namespace });
      return (output) => `${declaration}<${root}${opening(output)}>${write(output)}</${root}>`;
    },
    writePayload({ name, shape }) {
      const root = shape.locationName ?? name;
      const element = writers.element(root, {
        ...shape,
        xmlNamespace: shape.xmlNamespace ?? namespace,
      });
      return (value) => declaration + element(value);
    },
  };
}

const xmlnsOf = (namespace: string | undefined) => (namespace ? ` xmlns="${namespace}"` : "");
