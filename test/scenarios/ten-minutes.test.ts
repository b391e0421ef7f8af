import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildFunctions } from "../../examples/product-api/build.ts";
import { Squall } from "../cli/squall-command.ts";

const PRODUCT = fileURLToPath(new URL("../../examples/product-api/product.ts", import.meta.url));

/* What somebody does with Squall who has come by it ten minutes ago. */

test("from nothing to a finding: init, start, deploy, look, break, mend, explore, stop", async (t) => {
  const squall = new Squall(t);
  const said = async (...args: string[]) => {
    const { code, output } = await squall.run(...args);
    assert.equal(code, 0, `squall ${args.join(" ")}: ${output}`);
    return output;
  };
  const code = join(squall.folder, "build");
  await buildFunctions(code);

  assert.match(await said("init"), /^Wrote squall\.yaml\.$/m);
  const { url } = await squall.startDetached("--data-dir", ".squall");
  squall.environment["SQUALL_URL"] = url;
  await said("wait");
  const variables = JSON.parse((await squall.run("env", "--shell", "json")).stdout) as Record<string, string>;
  const deployed = await promisify(execFile)(process.execPath, [PRODUCT, "before"], {
    cwd: squall.folder,
    env: { ...squall.environment, ...variables, CODE: code },
    timeout: 120_000,
  });
  assert.match(deployed.stdout, /^200 /);

  const resources = JSON.parse((await squall.run("resources", "--json")).stdout) as {
    type: string;
    arn: string;
  }[];
  const arnOf = (type: string) => resources.find((one) => one.type === type)!.arn;
  assert.match(arnOf("table"), /:table\/Products$/);
  assert.match(await said("services"), /dynamodb +│ \d+ of \d+ +│ running/);
  assert.match(
    await said("calls"),
    /^\S+ {4,}dynamodb\.PutItem => 200/m,
    "a call of the function, below that of the API",
  );

  const api = /\/restapis\/(\w+)/.exec(resources.map(({ arn }) => arn).join("\n"))![1]!;
  const order = () =>
    fetch(`${url}/_aws/execute-api/${api}/dev/productApi`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: "prod-2004", name: "Ultimate Gadget", price: "49.99", description: "New." }),
      signal: AbortSignal.timeout(60_000),
    });
  assert.equal((await order()).status, 200);
  await said(
    "faults",
    "add",
    "error",
    "--param",
    "kind=internal",
    "--service",
    "dynamodb",
    "--operation",
    "PutItem",
  );
  assert.notEqual((await order()).status, 200);
  assert.match(
    await said("calls", "--faulted"),
    /dynamodb\.PutItem => 500 InternalServerError .*\[error by rule-1\]/,
  );
  assert.match(await said("retries"), /dynamodb\.PutItem/);
  assert.equal(await said("faults", "clear"), "Removed 1 rule.\n");
  assert.equal((await order()).status, 200);

  squall.environment["CODE"] = code;
  const explored = await squall.run(
    ...["explore", "--service", "dynamodb", "--faults", "outage", "--", process.execPath, PRODUCT, "before"],
  );
  assert.equal(explored.code, 1, explored.output);
  assert.match(explored.output, /LOST EFFECT/);

  assert.match(await said("restart"), /^Squall runs at /m);
  assert.match((await squall.run("resources")).output, /:table\/Products/, "what the data directory keeps");
  assert.match(await said("stop"), /has ended\. Its state is in \S+\.squall\.$/m);
  assert.equal((await squall.run("status")).code, 1);
});
