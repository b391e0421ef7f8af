import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { Catalog } from "../../src/aws/catalog.ts";
import { loadDeclarations } from "../../src/service-folders.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { caller } from "./lists.ts";
import { canBeMade, type TaggedCase } from "./tagged.ts";

const folder = new URL("./tagged/", import.meta.url);
const cases: TaggedCase[] = [];
for (const file of readdirSync(folder)) {
  const module = (await import(new URL(file, folder).href)) as { tagged: readonly TaggedCase[] };
  cases.push(...module.tagged);
}
const catalog = new Catalog(await loadDeclarations());

/** What an experiment says of one that takes every resource with a tag, and strikes what calls name it. */
const template = (resourceType: string, parameters: TaggedCase["targetParameters"]) => ({
  clientToken: resourceType,
  description: "every declared type can be a target",
  roleArn: "arn:aws:iam::123456789012:role/experimenter",
  stopConditions: [{ source: "none" }],
  targets: { all: { resourceType, resourceTags: { chosen: "yes" }, selectionMode: "ALL", parameters } },
  actions: {
    act: {
      actionId: "squall:api:error",
      parameters: { code: "Struck", duration: "PT5M" },
      targets: { Resources: "all" },
    },
  },
});

for (const { service, type: name, create, targetParameters } of cases) {
  const type = catalog.types(service).find((candidate) => candidate.name === name)!;
  test(`${type.fis ?? `${service} ${name}`} is a target of experiments, found by its tags`, async () => {
    assert.ok(type.fis, "it has no type that FIS could call it by");
    await using cloud = await testCloud({ listen: false });
    const call = caller(cloud.call, service, newAccount());
    const arn = await create(call, "chosen");
    const { add, remove } = type.tags!;
    await call(add.operation, add.input(arn, { chosen: "yes" }, {}));
    const { experimentTemplate } = await call(
      "CreateExperimentTemplate",
      template(type.fis, targetParameters),
      "fis",
    );
    const { id: experimentTemplateId } = experimentTemplate as { id: string };
    const { experiment } = await call("StartExperiment", { clientToken: "s", experimentTemplateId }, "fis");
    const { id: experimentId } = experiment as { id: string };
    const { resolvedTargets } = await call("ListExperimentResolvedTargets", { experimentId }, "fis");
    const found = (resolvedTargets as { targetInformation: { arn: string } }[]).map(
      ({ targetInformation }) => targetInformation.arn,
    );
    assert.deepEqual(found, [arn]);

    // A call that names it is struck, one that is for another is not.
    const untag = (of: string) =>
      call(remove.operation, remove.input(of, ["chosen"], {})).then(
        () => "ok",
        (error: { code?: string }) => error.code,
      );
    assert.equal(await untag(arn), service === "fis" ? "ok" : "Struck");
    await call("StopExperiment", { id: experimentId }, "fis");
    assert.equal(await untag(arn), "ok");
  });
}

test("every declared type that is kept and tagged has its case above", () => {
  const missing = [...catalog.allTypes()]
    .filter(({ collection, tags, fis }) => collection && tags && fis)
    // A global table is a table with replicas; FIS's own action on it is tested with those.
    .filter(({ name }) => name !== "global-table")
    .filter(canBeMade)
    .filter(({ service, name }) => !cases.some((one) => one.service === service && one.type === name))
    .map(({ service, name }) => `${service} ${name}`);
  assert.deepEqual(missing, []);
});
