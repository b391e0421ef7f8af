import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount, testCloud } from "../../test/cloud.ts";

test("with its quotas a service throttles as AWS does by default; without them it does not", async () => {
  const refusals = async (quotas: boolean) => {
    await using cloud = await testCloud({ listen: false, settings: { ssm: { quotas } } });
    const place = { account: newAccount(), region: "us-east-1" };
    const read = () =>
      cloud.call("ssm", "GetParameters", { Names: ["/none"] }, place).then(
        () => "ok",
        ({ code }: { code: string }) => code,
      );
    await read();
    cloud.clock.setRate(0);
    const answers = [];
    for (let call = 0; call < 45; call++) answers.push(await read());
    await cloud.clock.advance(1000);
    return [...new Set(answers), await read(), answers.filter((one) => one === "ok").length];
  };
  assert.deepEqual(await refusals(true), ["ok", "ThrottlingException", "ok", 40]);
  assert.deepEqual(await refusals(false), ["ok", "ok", 45]);
});
