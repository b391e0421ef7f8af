import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

test("boto3 uses S3, with its transfer manager, presigned URLs and forms", needs("boto3"), async () => {
  await using cloud = await testCloud();
  const program = fileURLToPath(new URL("s3-clients.py", import.meta.url));
  const { stdout } = await run("python3", [program], { env: clientEnvironment(cloud, newAccount()) });
  assert.equal(stdout.trim(), "fine");
});

test("aws s3 mb, cp, sync, ls, mv, presign, rm and rb", needs("aws"), async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const folder = mkdtempSync(join(tmpdir(), "squall-s3-cli-"));
  try {
    const aws = async (...words: string[]) => {
      const { stdout } = await run("aws", ["s3", ...words, `--endpoint-url=${cloud.url}`], {
        env: clientEnvironment(cloud, account),
        cwd: folder,
      });
      return stdout.trim();
    };
    const bucket = `s3://cli-${account}`;
    writeFileSync(join(folder, "big"), Buffer.alloc(9_000_000, "0123456789"));
    writeFileSync(join(folder, "ü +x.txt"), "special");
    assert.equal(await aws("mb", bucket), `make_bucket: cli-${account}`);
    await aws("sync", ".", `${bucket}/d`, "--no-progress");
    assert.equal(await aws("sync", ".", `${bucket}/d`), "", "there is nothing left to do");
    assert.match(await aws("ls", bucket), /^PRE d\/$/);
    assert.match(await aws("ls", `${bucket}/d/`), /9000000 big\n.* 7 ü \+x\.txt$/);
    await aws("cp", `${bucket}/d/big`, "back", "--no-progress");
    assert.ok(readFileSync(join(folder, "back")).equals(readFileSync(join(folder, "big"))));
    await aws("mv", `${bucket}/d/ü +x.txt`, `${bucket}/moved`);
    assert.equal(await aws("cp", `${bucket}/moved`, "-"), "special");
    const signed = await fetch(await aws("presign", `${bucket}/moved`));
    assert.equal(await signed.text(), "special");
    await aws("rm", bucket, "--recursive");
    assert.match(await aws("rb", bucket), /remove_bucket/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
