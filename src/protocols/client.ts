/**
 * The client's side of the protocols: an operation and its input to an HTTP request, an HTTP response to an output or an
 * error. For calls that Squall makes itself at an upstream.
 */

import { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";
import type { ProtocolName, ServiceModel } from "../models/model.ts";
import { cborClient } from "./client-cbor.ts";
import { ec2Client, queryClient } from "./client-form.ts";
import { jsonClient } from "./client-json.ts";
import { restJsonClient, restXmlClient } from "./client-rest.ts";
import { ErrorShapes } from "./error-shapes.ts";
import { withDefaults } from "./run-time-model.ts";

/** A whole response: streamed bodies have been read to their end. */
export interface WholeResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a protocol finds in a response that is an error. */
export interface ErrorOnWire {
  readonly code: string;
  readonly message: string;
  /** Reads the members of a modelled error. */
  members(shape: string): Record<string, unknown>;
}

/** The client's half of a protocol, without what is the same for all. */
export interface ClientProtocol {
  encodeRequest(operation: string, input: Readonly<Record<string, unknown>>): HttpRequest;
  decodeOutput(operation: string, response: WholeResponse): Record<string, unknown>;
  decodeError(response: WholeResponse): ErrorOnWire;
}

export interface Client {
  encodeRequest(operation: string, input: Readonly<Record<string, unknown>>): HttpRequest;
  /** The output; an error of the service is thrown as an AwsError with its status and modelled members. */
  decodeResponse(operation: string, response: WholeResponse): Record<string, unknown>;
}

const FACTORIES: Readonly<Record<ProtocolName, (model: ServiceModel) => ClientProtocol>> = {
  json: jsonClient,
  query: queryClient,
  ec2: ec2Client,
  "rest-json": restJsonClient,
  "rest-xml": restXmlClient,
  "smithy-rpc-v2-cbor": cborClient,
};

/** The client of a service in its preferred protocol, or in another one that it speaks. */
export function createClient(given: ServiceModel, name: ProtocolName = preferred(given)): Client {
  const model = withDefaults(given);
  const protocol = FACTORIES[name](model);
  const errors = new ErrorShapes(model);
  return {
    encodeRequest: protocol.encodeRequest,
    decodeResponse(operation, response) {
      if (response.status < 300) return protocol.decodeOutput(operation, response);
      const { code, message, members } = protocol.decodeError(response);
      const shape = errors.find(new AwsError(code, message));
      const { [shape?.messageMember ?? "message"]: said, ...others } = shape ? members(shape.name) : {};
      throw new AwsError(shape?.name ?? code, String(said ?? message), {
        status: response.status,
        statusIsFixed: true,
        members: others,
      });
    },
  };
}

const preferred = ({ metadata }: ServiceModel) => metadata.protocols?.[0] ?? metadata.protocol;
