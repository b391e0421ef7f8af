import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

test("boto3 uses S3 Control, and S3 through access points", needs("boto3"), async () => {
  await using cloud = await testCloud();
  const program = fileURLToPath(new URL("s3-control.py", import.meta.url));
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
    await aws("website", bucket, "--index-document", "index.html", "--error-document", "error.html");
    const site = await run("aws", ["s3api", "get-bucket-website", "--bucket", `cli-${account}`], {
      env: clientEnvironment(cloud, account),
    });
    assert.deepEqual(JSON.parse(site.stdout), {
      IndexDocument: { Suffix: "index.html" },
      ErrorDocument: { Key: "error.html" },
    });
    await aws("rm", bucket, "--recursive");
    assert.match(await aws("rb", bucket), /remove_bucket/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("rclone mkdir, sync, check, lsf, cat, moveto, link and purge", needs("rclone"), async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const folder = mkdtempSync(join(tmpdir(), "squall-s3-rclone-"));
  try {
    // rclone's own transport takes no bundle of certificates.
    const { AWS_CA_BUNDLE: _, ...others } = process.env;
    const rclone = async (...words: string[]) => {
      const { stdout } = await run("rclone", words, {
        env: {
          ...others,
          RCLONE_CONFIG: join(folder, "rclone.conf"),
          RCLONE_CONFIG_SQUALL_TYPE: "s3",
          RCLONE_CONFIG_SQUALL_PROVIDER: "Other",
          RCLONE_CONFIG_SQUALL_ENDPOINT: cloud.url,
          RCLONE_CONFIG_SQUALL_REGION: "us-east-1",
          RCLONE_CONFIG_SQUALL_FORCE_PATH_STYLE: "true",
          RCLONE_CONFIG_SQUALL_ACCESS_KEY_ID: account,
          RCLONE_CONFIG_SQUALL_SECRET_ACCESS_KEY: "test",
        },
      });
      return stdout.trim();
    };
    const local = join(folder, "local");
    mkdirSync(join(local, "sub"), { recursive: true });
    writeFileSync(join(local, "big"), Buffer.alloc(12_000_000, "0123456789"));
    writeFileSync(join(local, "sub", "ü +x.txt"), "special");
    writeFileSync(join(local, "empty"), "");
    const bucket = `squall:rclone-${account}`;
    await rclone("mkdir", bucket);
    await rclone("sync", local, `${bucket}/d`, "--s3-upload-cutoff", "6M", "--s3-chunk-size", "5M");
    await rclone("check", local, `${bucket}/d`);
    await rclone("check", local, `${bucket}/d`, "--download");
    assert.deepEqual((await rclone("lsf", "-R", bucket)).split("\n").sort(), [
      "d/",
      "d/big",
      "d/empty",
      "d/sub/",
      "d/sub/ü +x.txt",
    ]);
    assert.equal(await rclone("cat", `${bucket}/d/sub/ü +x.txt`), "special");
    await rclone("moveto", `${bucket}/d/sub/ü +x.txt`, `${bucket}/moved`);
    const link = await fetch(await rclone("link", `${bucket}/moved`));
    assert.equal(await link.text(), "special");
    rmSync(join(local, "empty"));
    await rclone("sync", local, `${bucket}/d`);
    assert.deepEqual((await rclone("lsf", "-R", "--files-only", bucket)).split("\n").sort(), [
      "d/big",
      "d/sub/ü +x.txt",
      "moved",
    ]);
    await rclone("purge", bucket);
    assert.equal(await rclone("lsf", "squall:"), "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
