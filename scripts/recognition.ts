/** Every operation of every AWS service as SDKs ask for it, and which of them no server could tell apart. */
import type { HttpRequest } from "../src/core/http.ts";
import { recognize } from "../src/gateway/recognize.ts";
import { type ProtocolName, type WireOperation, wireIndex, wireService } from "../src/models/model.ts";
import { protocolFor, protocolsOf } from "../src/protocols/protocol.ts";
import { wireModel } from "../src/protocols/wire-model.ts";

/** An operation, asked for in one protocol. */
export interface Asked {
  readonly service: string;
  readonly operation: string;
  readonly protocol: ProtocolName;
  readonly request: HttpRequest;
}

/** @param client a user agent; SDKs but boto3 name the service in it */
export function* everyOperation(client: (serviceId: string) => string): Generator<Asked> {
  for (const [service, entry] of wireIndex()) {
    for (const protocol of protocolsOf(wireModel(service)!)) {
      for (const [operation, wire] of Object.entries(wireService(service)!.operations)) {
        const bare = requestFor(protocol, service, operation, wire);
        const authorization = `AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/${entry.signingName}/aws4_request, SignedHeaders=host, Signature=0`;
        const headers = { ...bare.headers, "user-agent": client(entry.serviceId), authorization };
        yield { service, operation, protocol, request: { ...bare, headers } };
      }
    }
  }
}

/** What a request is taken for: `rds.DescribeDBInstances`. */
export function takenFor(request: HttpRequest): string {
  const { service, bucket } = recognize(request);
  const model = wireModel(service);
  if (model === undefined) return service;
  const { operation } = protocolFor(model, request).decode(request, bucket === undefined ? {} : { bucket });
  return `${service}.${operation}`;
}

/** Operations that a client which does not name its service (boto3, curl) shares with another service. */
export function confusions(): { readonly asked: string; readonly takenFor: string }[] {
  const found = new Map<string, string>();
  for (const { service, operation, request } of everyOperation(() => "Boto3/1.44.8")) {
    const asked = `${service}.${operation}`;
    const taken = takenFor(request);
    if (taken !== asked) found.set(asked, taken);
  }
  return [...found].map(([asked, taken]) => ({ asked, takenFor: taken }));
}

function requestFor(
  protocol: ProtocolName,
  service: string,
  operation: string,
  wire: WireOperation,
): HttpRequest {
  const entry = wireIndex().get(service)!;
  const post = { method: "POST", path: "/", query: "", body: Buffer.from("") };
  const host = { host: "localhost:4566" };
  switch (protocol) {
    case "json": {
      const type = `application/x-amz-json-${entry.jsonVersion ?? "1.0"}`;
      const target = `${entry.targetPrefix}.${operation}`;
      return { ...post, headers: { ...host, "content-type": type, "x-amz-target": target } };
    }
    case "smithy-rpc-v2-cbor": {
      const path = `/service/${entry.targetPrefix}/operation/${operation}`;
      return { ...post, path, headers: { ...host, "smithy-protocol": "rpc-v2-cbor" } };
    }
    case "query":
    case "ec2": {
      const type = "application/x-www-form-urlencoded; charset=utf-8";
      const body = Buffer.from(`Action=${operation}&Version=${entry.apiVersion}`);
      return { ...post, body, headers: { ...host, "content-type": type } };
    }
    default: {
      const [method, uri, , required] = wire;
      const [path, literals = ""] = uri.replaceAll(/\{[^}]+\}/g, "x").split("?");
      const [query, names] = required ?? [[], []];
      const headers = Object.fromEntries(names.map((name) => [name.toLowerCase(), "x"]));
      const parameters = [literals, ...query.map((name) => `${name}=x`)].filter(Boolean).join("&");
      return { ...post, method, path: path!, query: parameters, headers: { ...host, ...headers } };
    }
  }
}
