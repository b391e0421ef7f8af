import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { IAM } from "@aws-sdk/client-iam";
import type { Cloud } from "../../src/index.ts";
import { loadModel, wireIndex } from "../../src/models/model.ts";
import { createClient } from "../../src/protocols/client.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { Samples } from "./samples.ts";

/* Where policies decide, a user without any may nothing, whichever operation of whichever service it is. */

/** What anybody may ask, and what answers of each of its parts. */
const ANSWERED = ["sts GetCallerIdentity", "dynamodb BatchExecuteStatement"];

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ iam: "enforce" });
});
after(() => cloud.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** An operation with inputs of its model's shapes, called by the holder of a key. */
async function call(service: string, operation: string, accessKeyId: string, seed = 1): Promise<Answer> {
  const model = loadModel(service)!;
  const { signingName } = wireIndex().get(service)!;
  const { input } = model.operations[operation]!;
  const params = input ? new Samples(model, seed).structure(input) : {};
  const { method, path, query, headers, body } = createClient(model).encodeRequest(operation, params);
  const { "content-length": _, ...others } = headers as Record<string, string>;
  const response = await fetch(`${cloud.url}${path}${query ? `?${query}` : ""}`, {
    method,
    headers: {
      ...others,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261123/us-east-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    ...(method !== "GET" && method !== "HEAD" && { body: Buffer.from(body) }),
  });
  return { status: response.status, text: await response.text() };
}

/** The answer to a HEAD has no body that would say it. */
const isDenial = ({ status, text }: Answer): boolean =>
  status === 403 || /AccessDenied|not authorized/.test(text);

test("a user without policies is denied every operation of every service whose input is valid", async () => {
  const iam = new IAM(clientOptions(cloud, newAccount()));
  await iam.createUser({ UserName: "ann" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
  const response = await fetch(`${cloud.url}/_squall/services`);
  const { services } = (await response.json()) as { services: { service: string; implemented: string[] }[] };
  const answered: string[] = [];
  const deniedServices = new Set<string>();
  let denied = 0;
  for (const { service, implemented } of services) {
    if (!wireIndex().has(service)) continue;
    for (const operation of implemented) {
      const { status, text } = await call(service, operation, AccessKey!.AccessKeyId!);
      assert.ok(status < 500, `${service} ${operation}: ${text}`);
      if (status < 400) answered.push(`${service} ${operation}`);
      if (!isDenial({ status, text })) continue;
      denied++;
      deniedServices.add(service);
    }
    // Where no input was valid, others are tried until one is.
    for (let seed = 2; seed < 40 && !deniedServices.has(service); seed++)
      for (const operation of implemented)
        if (isDenial(await call(service, operation, AccessKey!.AccessKeyId!, seed)))
          deniedServices.add(service);
  }
  assert.deepEqual(answered.sort(), [...ANSWERED].sort());
  // The others' inputs are refused before who asks is looked at, as AWS does.
  assert.ok(denied > 750, `${denied} were denied`);
  const never = services
    .map(({ service }) => service)
    .filter((name) => wireIndex().has(name) && !deniedServices.has(name));
  assert.deepEqual(never, []);
});
