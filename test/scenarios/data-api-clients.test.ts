import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { dataCloud, ENGINES } from "../../src/services/rds-data/fixture.test.ts";
import { clientEnvironment } from "../cloud.ts";
import { needs } from "../needs.ts";

/** The RDS Data API as applications use it: boto3, the SDK for JavaScript. */

const run = promisify(execFile);
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

for (const tool of ["postgres", "mariadb"] as const)
  describe(`clients of ${ENGINES[tool]}`, needs(tool), () => {
    let lab: Awaited<ReturnType<typeof dataCloud>>;
    before(async () => {
      lab = await dataCloud({ engine: ENGINES[tool] });
    });
    after(() => lab.cloud.stop());

    const said = async (program: string, name: string) => {
      const env = {
        ...clientEnvironment(lab.cloud, lab.account),
        AWS_REGION: "us-east-1",
        ...(process.env["NODE_PATH"] && { NODE_PATH: process.env["NODE_PATH"] }),
      };
      const { stdout, stderr } = await run(program, [script(name), lab.resourceArn, lab.secretArn], { env });
      return stdout + stderr;
    };

    test("boto3 runs statements and transactions", needs("boto3"), async () => {
      assert.equal(await said("python3", "data-api-clients.py"), "");
    });

    test("the SDK for JavaScript runs statements and transactions", needs("rds-data-node"), async () => {
      assert.equal(await said(process.execPath, "data-api-clients.cjs"), "");
    });
  });
