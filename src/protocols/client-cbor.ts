import type { ServiceModel } from "../models/model.ts";
import { cborLeaves, encodeCbor, parseCbor } from "./cbor.ts";
import type { ClientProtocol } from "./client.ts";
import { queryMode, structuredError } from "./client-json.ts";
import { requestTo } from "./client-request.ts";
import { OperationCache } from "./operations.ts";
import { StructuredCodecs } from "./structured.ts";

/** The client of Smithy RPC v2 CBOR. */
export function cborClient(model: ServiceModel): ClientProtocol {
  const codecs = new StructuredCodecs(model, cborLeaves);
  const operations = new OperationCache(model, (operation) => ({
    write: operation.input && codecs.writer(operation.input),
    read: operation.output && codecs.reader(operation.output),
  }));
  return {
    encodeRequest(name, input) {
      return requestTo({
        path: `/service/${model.metadata.targetPrefix ?? model.metadata.serviceId}/operation/${name}`,
        headers: {
          "smithy-protocol": "rpc-v2-cbor",
          "content-type": "application/cbor",
          accept: "application/cbor",
          ...queryMode(model),
        },
        body: encodeCbor(operations.must(name).write?.(input) ?? {}),
      });
    },
    decodeOutput(name, { body }) {
      return (operations.must(name).read?.(parseCbor(body), 0) ?? {}) as Record<string, unknown>;
    },
    decodeError: (response) => structuredError(response, parseCbor, codecs),
  };
}
