import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Cloud } from "../../src/index.ts";
import { loadModel, wireIndex, wireService } from "../../src/models/model.ts";
import { createClient } from "../../src/protocols/client.ts";
import { testCloud } from "../cloud.ts";
import { Samples } from "./samples.ts";

/** An injected error is the same bytes whether its service has been used or not. */

/** No answer holds it. */
const NO_ID = "\u0000";
const KINDS = ["throttle", "internal", "unavailable"] as const;

let cloud: Cloud;
let served: string[];
before(async () => {
  cloud = await testCloud();
  const response = await fetch(`${cloud.url}/_squall/services`);
  const { services } = (await response.json()) as { services: { service: string; implemented: string[] }[] };
  served = services
    .filter(({ service, implemented }) => implemented.length > 0 && wireIndex().has(service))
    .map(({ service }) => service);
  await cloud[Symbol.asyncDispose]();
  // A fresh one: asking for the services' coverage loads them.
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

/** The first operation of a service, as the SDKs send it. */
async function answer(service: string): Promise<{ status: number; headers: object; body: string }> {
  const model = loadModel(service)!;
  const operation = Object.keys(wireService(service)!.operations)[0]!;
  const { input } = model.operations[operation]!;
  const params = input ? new Samples(model, 1).structure(input) : {};
  const request = createClient(model).encodeRequest(operation, params);
  const { signingName } = wireIndex().get(service)!;
  const url = `${cloud.url}${request.path}${request.query ? `?${request.query}` : ""}`;
  const response = await fetch(url, {
    method: request.method,
    headers: {
      ...request.headers,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    ...(request.method !== "GET" && { body: Buffer.from(request.body) }),
  });
  // What differs from answer to answer: its id and its time.
  const id = response.headers.get("x-amzn-requestid") ?? response.headers.get("x-amz-request-id") ?? "";
  const hostId = response.headers.get("x-amz-id-2") ?? id;
  const { date: _, ...headers } = Object.fromEntries(
    [...response.headers].map(([name, value]) => [
      name,
      value.replaceAll(id, "<id>").replaceAll(hostId, "<host id>"),
    ]),
  );
  return {
    status: response.status,
    headers,
    body: (await response.text())
      .replaceAll(hostId, "<host id>")
      .replaceAll(id || NO_ID, "<id>")
      .replace(/[0-9a-f-]{36}/g, "<id>"),
  };
}

test("every served service throws the same throttle, internal and unavailable error cold and warm", async () => {
  assert.ok(served.length >= 14, String(served));
  for (const service of served) {
    const answers: Record<string, unknown> = {};
    for (const warm of [false, true]) {
      for (const kind of KINDS) {
        const rule = { id: "rule", service, error: kind, times: 1 };
        await cloud.faults.add(rule);
        const got = await answer(service);
        assert.equal((got.headers as Record<string, string>)["x-squall-fault"], "rule", service);
        if (warm) assert.deepEqual(got, answers[kind], `${service} ${kind}`);
        else answers[kind] = got;
        await cloud.faults.remove("rule");
      }
      // An ordinary call loads the service, whatever it answers.
      if (!warm) assert.ok((await answer(service)).status > 0);
    }
  }
});
