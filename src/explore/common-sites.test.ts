import assert from "node:assert/strict";
import { test } from "node:test";
import { callAt, sitesAt } from "../../test/explore/sites.ts";
import { commonSites } from "./common-sites.ts";
import { callsAt } from "./sites.ts";

const said = (...runs: readonly (readonly string[])[]) =>
  commonSites(runs.map((run) => sitesAt(...run))).map(({ path, isCoarse, passedOver }) => [
    path,
    ...(isCoarse ? ["coarse"] : []),
    ...(passedOver === undefined ? [] : [passedOver]),
  ]);

const put = (digest: string) => `test > dynamodb.PutItem@orders~${digest}#1`;
const invoked = (digest: string) => `test > sns.Publish@t~${digest}#1 > lambda.Invoke@f#1`;

test("a call that says the same in each run is itself", () => {
  assert.deepEqual(said([put("aa")], [put("aa")]), [[put("aa")]]);
});

test("a call that says something else in each run goes by its name, and so does what comes of it", () => {
  assert.deepEqual(said([put("aa"), put("bb")], [put("cc"), put("bb")]), [
    ["test > dynamodb.PutItem@orders", "coarse"],
    [put("bb")],
  ]);
  assert.deepEqual(said([invoked("aa")], [invoked("cc")]), [
    ["test > sns.Publish@t > lambda.Invoke@f#1", "coarse"],
  ]);
});

test("what only one of the runs does is passed over", () => {
  assert.deepEqual(said([put("aa"), "test > sqs.SendMessage@jobs~1a#1"], [put("aa")]), [
    [put("aa")],
    ["test > sqs.SendMessage@jobs", "coarse", "it is not the same in two fault-free runs"],
  ]);
});

test("all calls of its name are a coarse site's, and of another only its own", () => {
  const calls = [put("aa"), put("bb"), "test > dynamodb.GetItem@orders~aa#1"].map((site) => callAt(site));
  const [coarse] = commonSites([sitesAt(put("aa")), sitesAt(put("cc"))]);
  assert.equal(callsAt(coarse!, calls).length, 2);
  assert.equal(callsAt(sitesAt(put("aa"))[0]!, calls).length, 1);
});
