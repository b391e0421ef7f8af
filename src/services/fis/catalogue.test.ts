import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { loadEffects } from "../../faults/registry.ts";
import { loadCatalogue } from "./catalogue.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";
import { apiActions, pointActions } from "./squall-actions.ts";

const catalogue = await loadCatalogue();
const effects = await loadEffects();

test("the catalogue has AWS's fifty actions and the four of LocalStack", () => {
  const ids = [...catalogue.keys()];
  assert.equal(ids.filter((id) => id.startsWith("aws:")).length, 50);
  assert.equal(ids.filter((id) => id.startsWith("localstack:")).length, 4);
});

test("there are twenty-four resource types, and every action's targets are among them", () => {
  assert.equal(Object.keys(RESOURCE_TYPES).length, 24);
  for (const { id, targets = {} } of catalogue.values()) {
    for (const type of Object.values(targets)) assert.ok(type in RESOURCE_TYPES, `${id}: ${type}`);
  }
});

test("descriptions and names fit into AWS's lengths", () => {
  for (const { id, description, parameters } of [...catalogue.values(), ...apiActions(effects)]) {
    assert.ok(description.length > 0 && description.length <= 512, id);
    for (const [name, parameter] of Object.entries(parameters)) {
      assert.ok(name.length <= 64 && parameter.description.length <= 512, `${id} ${name}`);
    }
  }
});

test("every effect of the fault engine has an action, also at points", () => {
  const ids = apiActions(effects).map(({ id }) => id);
  assert.deepEqual(
    ids,
    [...effects.keys()].map((name) => `squall:api:${name}`),
  );
  const points = {
    "sqs:deliver": {
      description: "A delivery.",
      effects: { duplicate: { description: "Again.", parameters: {} } },
      generic: true,
    },
  };
  const atPoint = pointActions(points, effects).map(({ id }) => id);
  assert.ok(atPoint.includes("squall:sqs:deliver-duplicate"));
  assert.ok(atPoint.includes("squall:sqs:deliver-latency"));
  assert.ok(
    !atPoint.includes("squall:sqs:deliver-truncate"),
    "an effect on the wire has no meaning at a point",
  );
});

test("a file whose action has another id is named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "squall-actions-"));
  await writeFile(join(folder, "aws-fis-rest.js"), 'export default { id: "aws:fis:wait" };');
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await assert.rejects(
    loadCatalogue(pathToFileURL(`${folder}/`)),
    /aws-fis-rest\.js holds the action "aws:fis:wait": the names must agree\./,
  );
});
