import assert from "node:assert/strict";
import { test } from "node:test";
import { confusions, everyOperation, takenFor } from "../../scripts/recognition.ts";
import { wireIndex } from "../../src/models/model.ts";

/** User agents that name the service, each in its SDK's way. */
const CLIENTS: Readonly<Record<string, (serviceId: string) => string>> = {
  JavaScript: (id) =>
    `aws-sdk-js/3.1169.0 ua/2.1 os/linux#6 lang/js md/nodejs#24 api/${id.toLowerCase().replaceAll(" ", "-")}#3.1169.0 m/E`,
  Go: (id) =>
    `aws-sdk-go-v2/1.48.0 ua/2.1 os/linux lang/go#1.25 md/GOOS#linux api/${id.toLowerCase().replaceAll(" ", "")}#1.3.0`,
  Java: (id) =>
    `aws-sdk-java/2.40.0 md/io#sync ua/2.1 api/${id.replaceAll(" ", "_")}#2.40.x os/Linux lang/java#21`,
  Rust: (id) =>
    `aws-sdk-rust/1.3.0 ua/2.1 api/${id.toLowerCase().replaceAll(" ", "")}/1.2.0 os/linux lang/rust/1.90`,
};

/** Of one service, or on one wire: nothing in a request tells these apart, whoever sends it. */
const TWINS = new Set([
  "s3.GetBucketLifecycle",
  "s3.GetBucketNotification",
  "s3.ListDirectoryBuckets",
  "s3.PutBucketLifecycle",
  "s3.PutBucketNotification",
]);
/** Two names of one service. */
const isTwin = (asked: string) => TWINS.has(asked) || asked.startsWith("pinpoint-sms-voice.");

for (const [sdk, client] of Object.entries(CLIENTS)) {
  test(`every operation of every service has its name when an SDK like that of ${sdk} asks`, () => {
    const wrong: string[] = [];
    let count = 0;
    for (const { service, operation, protocol, request } of everyOperation(client)) {
      const asked = `${service}.${operation}`;
      const taken = takenFor(request);
      count++;
      if (taken !== asked && !isTwin(asked)) wrong.push(`${asked} (${protocol}) is taken for ${taken}`);
    }
    assert.deepEqual(wrong, []);
    assert.ok(count > 20_000, String(count));
  });
}

test("a client that does not name its service is mistaken only between services of one signing name", () => {
  const all = confusions();
  for (const { asked, takenFor: taken } of all) {
    const [one, other] = [asked, taken].map((name) => wireIndex().get(name.split(".")[0]!)!);
    assert.equal(one!.signingName, other!.signingName, `${asked} ${taken}`);
  }
  // What is most asked for is never mistaken.
  const mistaken = new Set(all.map(({ asked }) => asked.split(".")[0]));
  for (const service of [
    "rds",
    "lambda",
    "timestream-write",
    "qconnect",
    "bedrock-runtime",
    "sesv2",
    "apigatewayv2",
  ])
    assert.ok(!mistaken.has(service), service);
});
