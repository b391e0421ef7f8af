import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";
import { allCalled } from "../every-operation.ts";
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
  await allCalled(cloud, "s3control");
});

test(
  "the AWS Common Runtime's client uses S3, in parts and with every checksum it has",
  needs("boto3", "awscrt"),
  async () => {
    await using cloud = await testCloud();
    const program = fileURLToPath(new URL("s3-crt.py", import.meta.url));
    const env = { ...clientEnvironment(cloud, newAccount()), PYTHONPATH: "/opt/awscrt" };
    const { stdout } = await run("python3", [program], { env });
    assert.equal(stdout.trim(), "fine");
  },
);

test("the AWS SDK for Go uses S3, with both of its transfer managers", needs("go"), async () => {
  await using cloud = await testCloud();
  const { GOPATH, GOCACHE, GOFLAGS, GOPROXY } = process.env;
  const ofGo = Object.entries({ GOPATH, GOCACHE, GOFLAGS, GOPROXY }).filter(([, value]) => value);
  const { stdout } = await run("go", ["run", "."], {
    cwd: fileURLToPath(new URL("s3-go", import.meta.url)),
    env: {
      ...clientEnvironment(cloud, newAccount()),
      AWS_REGION: "us-east-1",
      ...(Object.fromEntries(ofGo) as Record<string, string>),
    },
  });
  assert.equal(stdout.trim(), "fine");
});

test("pandas, PyArrow and s3fs read and write files, tables and datasets", needs("s3-data"), async () => {
  await using cloud = await testCloud();
  const program = fileURLToPath(new URL("s3-data.py", import.meta.url));
  const { PYTHONPATH } = process.env;
  const env = { ...clientEnvironment(cloud, newAccount()), ...(PYTHONPATH && { PYTHONPATH }) };
  const { stdout } = await run("python3", [program], { env, timeout: 300_000 });
  assert.equal(stdout.trim(), "fine");
});

test(
  "the JavaScript SDK's transfer manager uploads streams in parts, and gives up",
  needs("lib-storage"),
  async () => {
    await using cloud = await testCloud();
    const program = fileURLToPath(new URL("s3-transfer.cjs", import.meta.url));
    const { NODE_PATH } = process.env;
    const environment = { ...clientEnvironment(cloud, newAccount()), AWS_REGION: "us-east-1" };
    const env = { ...environment, ...(NODE_PATH && { NODE_PATH }) };
    const { stdout } = await run(process.execPath, [program], { env, timeout: 120_000 });
    assert.equal(stdout.trim(), "fine");
  },
);

test("s5cmd mb, cp, sync, ls, cat, mv, rm and rb", needs("s5cmd"), async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const folder = mkdtempSync(join(tmpdir(), "squall-s3-s5cmd-"));
  const s5cmd = async (...words: string[]) => {
    const { stdout } = await run("s5cmd", ["--endpoint-url", cloud.url, ...words], {
      env: clientEnvironment(cloud, account),
      cwd: folder,
      timeout: 120_000,
    });
    return stdout.trim();
  };
  try {
    const bucket = `s3://s5cmd-${account}`;
    mkdirSync(join(folder, "local/sub"), { recursive: true });
    writeFileSync(join(folder, "local/big"), Buffer.alloc(12_000_000, "0123456789"));
    writeFileSync(join(folder, "local/sub/ü +x.txt"), "special");
    await s5cmd("mb", bucket);
    await s5cmd("cp", "--part-size", "5", "local/", `${bucket}/d/`);
    // By time a file of this very second is newer than its object, which is as old as the second.
    assert.equal(await s5cmd("sync", "--size-only", "local/", `${bucket}/d/`), "", "nothing is left to do");
    assert.match(await s5cmd("ls", `${bucket}/d/*`), /12000000\s+big\n.*7\s+sub\/ü \+x\.txt$/);
    assert.equal(await s5cmd("cat", `${bucket}/d/sub/ü +x.txt`), "special");
    await s5cmd("cp", `${bucket}/d/big`, "back");
    assert.ok(readFileSync(join(folder, "back")).equals(readFileSync(join(folder, "local/big"))));
    await s5cmd("mv", `${bucket}/d/big`, `${bucket}/moved`);
    await s5cmd("rm", `${bucket}/*`);
    await s5cmd("rb", bucket);
    assert.equal(await s5cmd("ls"), "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
    // A file of this very second would be newer than its object, which is as old as the second.
    for (const file of ["big", "ü +x.txt"]) utimesSync(join(folder, file), 1e9, 1e9);
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
