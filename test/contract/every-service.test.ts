import assert from "node:assert/strict";
import { after, test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import { wireIndex } from "../../src/models/model.ts";
import { createProtocol, protocolsOf } from "../../src/protocols/protocol.ts";
import { wireModel } from "../../src/protocols/wire-model.ts";
import { needs } from "../needs.ts";
import { Botocore } from "./botocore.ts";

const botocore = new Botocore();
after(() => botocore[Symbol.dispose]());

const error = new AwsError("ThrottlingException", "Rate exceeded", { status: 429, statusIsFixed: true });

/** The services of one protocol, spread over the alphabet: botocore takes its time to load each model. */
function someOf(protocol: string): string[] {
  const speaking = [...wireIndex()]
    .filter(([, { protocols }]) => protocols[0] === protocol)
    .map(([name]) => name);
  return speaking.filter((_, index) => index % Math.ceil(speaking.length / 10) === 0);
}

for (const protocol of ["json", "query", "ec2", "rest-json", "rest-xml", "smithy-rpc-v2-cbor"] as const) {
  test(
    `an error of any service that speaks ${protocol} is understood by botocore`,
    needs("pip"),
    async () => {
      const services = someOf(protocol);
      assert.ok(services.length > 0);
      for (const service of services) {
        const model = wireModel(service)!;
        const operation = Object.keys(model.operations)[0]!;
        const response = createProtocol(model, protocol).encodeError(error, "request-1", operation);
        const { Error: understood, ResponseMetadata: meta } = await botocore.parse(
          service,
          operation,
          protocol,
          response,
        );
        assert.deepEqual(
          [(understood as { Code: string }).Code, (understood as { Message: string }).Message],
          ["ThrottlingException", "Rate exceeded"],
          service,
        );
        assert.deepEqual((meta as { HTTPStatusCode: number }).HTTPStatusCode, 429, service);
      }
    },
  );
}

test("every service has a codec for every protocol that it speaks", () => {
  for (const service of wireIndex().keys()) {
    const model = wireModel(service)!;
    for (const protocol of protocolsOf(model)) {
      const response = createProtocol(model, protocol).encodeError(error, "request-1");
      assert.equal(response.status, 429, `${service} ${protocol}`);
    }
  }
});
