import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CloudWatchClient,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
} from "@aws-sdk/client-cloudwatch";
import { clientOptions, newAccount, testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { rejects } from "../fixture.test.ts";

let cloud: Cloud;
let client: CloudWatchClient;
const account = newAccount();
before(async () => {
  cloud = await testCloud({ services: ["cloudwatch"] });
  client = new CloudWatchClient(clientOptions(cloud, account));
});
after(() => cloud[Symbol.asyncDispose]());

/** The wire code of DashboardNotFoundError; clients find ResourceNotFound, the error of alarms, under it. */
const NOT_FOUND = "ResourceNotFound";
const body = (widgets: unknown) => JSON.stringify({ widgets });
const TEXT = { type: "text", x: 0, y: 0, width: 24, height: 2, properties: { markdown: "hello" } };
const put = (DashboardName: string, DashboardBody: string) =>
  client.send(new PutDashboardCommand({ DashboardName, DashboardBody, Tags: [{ Key: "team", Value: "a" }] }));

test("A dashboard is kept as it was put, for every region of the account.", async () => {
  const DashboardBody = body([TEXT]);
  const { DashboardValidationMessages } = await put("shop", DashboardBody);
  assert.deepEqual(DashboardValidationMessages, []);
  const elsewhere = new CloudWatchClient({ ...clientOptions(cloud, account), region: "eu-west-1" });
  const found = await elsewhere.send(new GetDashboardCommand({ DashboardName: "shop" }));
  assert.equal(found.DashboardBody, DashboardBody);
  assert.equal(found.DashboardArn, `arn:aws:cloudwatch::${account}:dashboard/shop`);
  const { DashboardEntries } = await client.send(new ListDashboardsCommand({ DashboardNamePrefix: "sh" }));
  assert.equal(DashboardEntries![0]!.Size, DashboardBody.length);
  const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN: found.DashboardArn }));
  assert.deepEqual(Tags, [{ Key: "team", Value: "a" }]);
  await client.send(new DeleteDashboardsCommand({ DashboardNames: ["shop"] }));
  await rejects(
    client.send(new GetDashboardCommand({ DashboardName: "shop" })),
    NOT_FOUND,
    "Dashboard shop does not exist",
  );
});

test("A body that is no dashboard is refused with the place of each mistake.", async () => {
  const problems = async (text: string) =>
    await put("refused", text).then(
      () => assert.fail("it was taken"),
      (error: { name: string; dashboardValidationMessages?: { DataPath?: string }[] }) => {
        assert.equal(error.name, "DashboardInvalidInputError");
        return error.dashboardValidationMessages!.map(({ DataPath }) => DataPath);
      },
    );
  assert.deepEqual(await problems("{"), [""]);
  assert.deepEqual(await problems(body("none")), ["/widgets"]);
  assert.deepEqual(
    await problems(body([TEXT, { type: "picture", properties: {} }, { type: "text", properties: {} }])),
    ["/widgets/1/type", "/widgets/2/properties"],
  );
  assert.deepEqual(await problems(body([{ ...TEXT, width: 25 }])), ["/widgets/0/width"]);
  const { DashboardValidationMessages } = await put("wide", body([{ ...TEXT, x: 1 }]));
  assert.equal(DashboardValidationMessages!.length, 1, "a warning does not refuse it");
});

test("A name has letters, digits, - and _ only; what is not there cannot be deleted.", async () => {
  await put("n".repeat(255), body([]));
  await rejects(put("n".repeat(256), body([])), "InvalidParameterValueException", /DashboardName/);
  await rejects(put("a b", body([])), "InvalidParameterValueException", /invalid characters/);
  await rejects(
    client.send(new DeleteDashboardsCommand({ DashboardNames: ["nobody"] })),
    NOT_FOUND,
    "The specified dashboard does not exist. [nobody]",
  );
});
