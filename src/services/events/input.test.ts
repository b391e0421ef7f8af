import assert from "node:assert/strict";
import { test } from "node:test";
import type * as Events from "../../models/generated/events.ts";
import { eventsCloud } from "./fixture.test.ts";
import { inputFor } from "./target-input.ts";

const EVENT = JSON.stringify({
  version: "0",
  id: "e1",
  "detail-type": "order",
  source: "shop",
  account: "123456789012",
  time: "2026-01-01T00:00:00Z",
  region: "us-east-1",
  resources: [],
  detail: { user: "ann", tags: ["VIP", "NEW"], address: { city: "Ulm", zip: "89073" } },
});
const sending = { ruleArn: "arn:aws:events:us-east-1:1:rule/r", ruleName: "r", ingestedAtMs: 0 };
const paths = {
  user: "$.detail.user",
  tags: "$.detail.tags",
  address: "$.detail.address",
  none: "$.detail.no",
};
const template = (InputTemplate: string) => ({ InputTransformer: { InputPathsMap: paths, InputTemplate } });

/** What a target gets: as the documentation and AWS's own answers have it. */
const CASES: readonly (readonly [how: Partial<Events.Target>, body: string])[] = [
  [{}, EVENT],
  [{ Input: '{"fixed": true}' }, '{"fixed": true}'],
  [{ InputPath: "$.detail.address" }, '{"city":"Ulm","zip":"89073"}'],
  [{ InputPath: "$.detail.user" }, '"ann"'],
  [{ InputPath: "$.detail.tags[1]" }, '"NEW"'],
  [
    template('"<user> lives in <address>, <tags>, <none>."'),
    '"ann lives in {city:Ulm,zip:89073}, [VIP,NEW], ."',
  ],
  [
    template('{"user": <user>, "tags": <tags>, "none": <none>}'),
    '{"user": "ann", "tags": ["VIP","NEW"], "none": ""}',
  ],
  [template('{"path": "users/<user>/orders"}'), '{"path": "users/ann/orders"}'],
  [template('{"rule": "<aws.events.rule-name>"}'), '{"rule": "r"}'],
  [template('{"at": <aws.events.event.ingestion-time>}'), '{"at": "1970-01-01T00:00:00.000Z"}'],
  [template('{"whole": <aws.events.event.json>}'), `{"whole": ${EVENT}}`],
];
for (const [how, body] of CASES) {
  test(`a target with ${JSON.stringify(how)} gets ${body.slice(0, 60)}`, () =>
    assert.equal(inputFor({ Id: "t", Arn: "a", ...how }, EVENT, sending), body));
}

test("a template that its values make no JSON sends nothing", () => {
  for (const text of ['{"tags": "<tags>"}', "<tags> and more"])
    assert.throws(() => inputFor({ Id: "t", Arn: "a", ...template(text) }, EVENT, sending), /not valid JSON/);
});

test("a placeholder that nobody defines is refused when the target is put", async () => {
  await using world = await eventsCloud();
  const Arn = await world.queue("q");
  await assert.rejects(
    world.rule("r", { source: ["shop"] }, [
      { Id: "t", Arn, InputTransformer: { InputPathsMap: {}, InputTemplate: '"<nobody>"' } },
    ]),
    {
      name: "ValidationException",
      message: "InputTemplate for target t contains invalid placeholder nobody.",
    },
  );
});
