import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

test(
  "the AWS CLI walks through the services: files, waiters, queries, pages and exit codes",
  needs("aws"),
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "squall-cli-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    await using cloud = await testCloud();
    const account = newAccount();
    const env = clientEnvironment(cloud, account);
    /** One command as a user types it (`more`: words with spaces); its output, without the last line's end. */
    const aws = async (command: string, ...more: string[]) => {
      const words = [...command.split(" "), ...more, "--endpoint-url", cloud.url];
      const { stdout } = await run("aws", words, { cwd: folder, env });
      return stdout.trimEnd();
    };

    assert.equal(await aws("sts get-caller-identity --query Account --output text"), account);

    const role = `arn:aws:iam::${account}:role/cli`;
    const columns = "AttributeName=id,AttributeType=S";
    await aws(
      `dynamodb create-table --table-name cli --key-schema AttributeName=id,KeyType=HASH --attribute-definitions ${columns} --billing-mode PAY_PER_REQUEST`,
    );
    assert.equal(await aws("dynamodb wait table-exists --table-name cli"), "");
    for (const id of ["a", "b"])
      await aws(
        "dynamodb put-item --table-name cli --item",
        JSON.stringify({ id: { S: id }, n: { N: "1" } }),
      );
    const page = JSON.parse(await aws("dynamodb scan --table-name cli --page-size 1 --max-items 1"));
    assert.equal(page.Items.length, 1);
    const rest = await aws(
      `dynamodb scan --table-name cli --page-size 1 --query Items[].id.S --output text --starting-token ${page.NextToken}`,
    );
    assert.deepEqual([page.Items[0].id.S, rest].sort(), ["a", "b"]);

    writeFileSync(
      join(folder, "code.zip"),
      await zipOf({
        "index.mjs": `export const handler = async (e) => (console.log("met", e.who), "hello " + e.who);`,
      }),
    );
    await aws(
      `lambda create-function --function-name cli --runtime nodejs24.x --handler index.handler --role ${role} --zip-file fileb://code.zip`,
    );
    await aws("lambda wait function-active-v2 --function-name cli");
    writeFileSync(join(folder, "event.json"), '{"who":"me"}');
    const invoked = await aws("lambda invoke --function-name cli --payload fileb://event.json answer.json");
    assert.equal(JSON.parse(invoked).StatusCode, 200);
    assert.equal(readFileSync(join(folder, "answer.json"), "utf8"), '"hello me"');
    // Version 1 of the CLI has no `logs tail`, which makes just this call.
    const log = await aws(
      "logs filter-log-events --log-group-name /aws/lambda/cli --query events[].message --output text",
    );
    assert.match(log, /met me/);

    const topic = await aws("sns create-topic --name cli --query TopicArn --output text");
    assert.equal(topic, `arn:aws:sns:us-east-1:${account}:cli`);
    assert.match(
      await aws(`sns publish --topic-arn ${topic} --message hello`),
      /"MessageId": "[0-9a-f-]{36}"/,
    );

    const api = JSON.parse(
      await aws(
        `apigatewayv2 create-api --name cli --protocol-type HTTP --target arn:aws:lambda:us-east-1:${account}:function:cli`,
      ),
    );
    assert.equal(
      await aws(`apigatewayv2 get-routes --api-id ${api.ApiId} --query Items[].RouteKey --output text`),
      "$default",
    );

    await aws("cloudwatch put-metric-data --namespace cli --metric-name Steps --value 3 --unit Count");
    assert.match(await aws("cloudwatch list-metrics --namespace cli --output text"), /METRICS\s+Steps\s+cli/);

    const waits = await aws("fis get-action --id aws:fis:wait --query action.parameters.duration.required");
    assert.equal(waits, "true");

    await assert.rejects(aws("dynamodb get-item --table-name none --key", '{"id":{"S":"a"}}'), (error) => {
      const { code, stderr } = error as { code?: number; stderr?: string };
      assert.ok(code === 254 || code === 255, String(code));
      assert.match(stderr ?? "", /ResourceNotFoundException.*Requested resource not found/);
      return true;
    });
  },
);
