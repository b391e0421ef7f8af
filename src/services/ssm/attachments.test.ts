import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ZipFile } from "yazl";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import { wholeBody } from "../../core/joined.ts";
import { automationCloud } from "./automation/fixture.test.ts";
import { ssmCloud } from "./fixture.test.ts";

const sha256 = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");
const SCRIPT = "def handler(events, context):\n    return 'from a file: ' + events['word']\n";

const runbook = (inputs: object, files: object = {}) =>
  JSON.stringify({
    schemaVersion: "0.3",
    outputs: ["run.Payload"],
    mainSteps: [
      {
        name: "run",
        action: "aws:executeScript",
        inputs: { Runtime: "python3.11", InputPayload: { word: "yes" }, ...inputs },
      },
    ],
    files,
  });

type Bed = Pick<Awaited<ReturnType<typeof ssmCloud>>, "call" | "cloud">;

async function bucketWith({ call }: Bed, objects: Readonly<Record<string, string | Uint8Array>>) {
  await call("CreateBucket", { Bucket: "scripts" }, "s3");
  for (const [Key, body] of Object.entries(objects))
    await call("PutObject", { Bucket: "scripts", Key, Body: Buffer.from(body) }, "s3");
}

test("files are attached from S3 and from other documents, and can be downloaded", async () => {
  await using bed = await automationCloud();
  const { call } = bed;
  await bucketWith(bed, { "in/one.py": SCRIPT, "in/two.py": "two = 2\n", "in/deeper/no.py": "" });
  const document = { Name: "Attached", DocumentType: "Automation" };
  const Content = runbook({ Handler: "one.handler", Attachment: "one.py" });
  const sources: [object, string[]][] = [
    [{ Key: "S3FileUrl", Values: ["s3://scripts/in/one.py"] }, ["one.py"]],
    [
      { Key: "S3FileUrl", Values: ["https://scripts.s3.amazonaws.com/in/one.py"], Name: "other.py" },
      ["other.py"],
    ],
    [{ Key: "S3FileUrl", Values: ["https://s3.us-east-1.amazonaws.com/scripts/in/one.py"] }, ["one.py"]],
    [{ Key: "SourceUrl", Values: ["s3://scripts/in"] }, ["one.py", "two.py"]],
    [{ Key: "AttachmentReference", Values: ["First/1/one.py"], Name: "again.py" }, ["again.py"]],
    [
      {
        Key: "AttachmentReference",
        Values: [`arn:aws:ssm:us-east-1:${bed.account}:document/First/1/one.py`],
      },
      ["one.py"],
    ],
  ];
  const first = [{ Key: "S3FileUrl", Values: ["s3://scripts/in/one.py"] }];
  await call("CreateDocument", { ...document, Name: "First", Content, Attachments: first });
  for (const [at, [source, names]] of sources.entries()) {
    const Name = `Attached${at}`;
    const made = await call("CreateDocument", { ...document, Name, Content, Attachments: [source] });
    assert.equal(made.DocumentDescription.StatusInformation, undefined);
    const { Document } = await call("DescribeDocument", { Name });
    assert.equal(Document.Status, "Active");
    assert.deepEqual(
      Document.AttachmentsInformation,
      names.map((one) => ({ Name: one })),
    );
    const { AttachmentsContent } = await call("GetDocument", { Name });
    for (const content of AttachmentsContent) {
      const text = content.Name === "two.py" ? "two = 2\n" : SCRIPT;
      const { Url, ...rest } = content;
      assert.deepEqual(rest, {
        Name: rest.Name,
        Size: text.length,
        Hash: sha256(text),
        HashType: "Sha256",
      });
      assert.equal(await (await fetch(Url)).text(), text);
    }
  }
  // A version has what it was made with.
  await call("UpdateDocument", { Name: "First", Content: runbook({ Handler: "h", Script: "h = 1" }) });
  const latest = await call("GetDocument", { Name: "First", DocumentVersion: "$LATEST" });
  assert.equal(latest.AttachmentsContent, undefined);
  assert.equal((await call("GetDocument", { Name: "First" })).AttachmentsContent.length, 1);
});

test("a document whose files cannot be attached, or are not what it says, has failed and says why", async () => {
  await using bed = await ssmCloud();
  const { call } = bed;
  await bucketWith(bed, { "one.py": SCRIPT });
  const checked = (sum: string) =>
    runbook({ Handler: "one.handler", Attachment: "one.py" }, { "one.py": { checksums: { sha256: sum } } });
  const at = (url: string, Key = "S3FileUrl") => [{ Key, Values: [url] }];
  const good = checked(sha256(SCRIPT));
  const cases: [string, object[], RegExp | undefined][] = [
    [good, at("s3://scripts/one.py"), undefined],
    [checked(sha256(SCRIPT).toUpperCase()), at("s3://scripts/one.py"), undefined],
    [good, at("s3://scripts", "SourceUrl"), undefined],
    [
      checked("0".repeat(64)),
      at("s3://scripts/one.py"),
      /^The checksum of the attachment one\.py doesn't match/,
    ],
    [good, at("s3://none/one.py"), /^The specified S3 bucket doesn't exist\. Verify that the URL/],
    [good, at("http://example.com/one.py"), /^The specified S3 bucket doesn't exist/],
    [good, at("s3://scripts/none.py"), /^S3 answered NoSuchKey: The specified key does not exist\./],
    [good, at("None/1/one.py", "AttachmentReference"), /^Document with name None does not exist\./],
  ];
  for (const [index, [Content, Attachments, why]] of cases.entries()) {
    const Name = `Checked${index}`;
    await call("CreateDocument", { Name, DocumentType: "Automation", Content, Attachments });
    const { Document } = await call("DescribeDocument", { Name });
    assert.equal(Document.Status, why ? "Failed" : "Active", Document.StatusInformation);
    if (why) assert.match(Document.StatusInformation, why);
  }
  const refused = [
    { Key: "Elsewhere", Values: ["x"] },
    { Key: "S3FileUrl" },
    { Values: ["s3://scripts/one.py"] },
  ];
  for (const source of refused)
    await assert.rejects(
      call("CreateDocument", {
        Name: "Not",
        DocumentType: "Automation",
        Content: good,
        Attachments: [source],
      }),
      { code: "ValidationException" },
    );
});

test("a file of another account's document is attached once that shares it", async () => {
  await using bed = await ssmCloud();
  const other = newAccount();
  const where = { account: other, region: "us-east-1", as: `arn:aws:iam::${other}:root` };
  await bed.cloud.call("s3", "CreateBucket", { Bucket: "theirs" }, where);
  await bed.cloud.call(
    "s3",
    "PutObject",
    { Bucket: "theirs", Key: "one.py", Body: Buffer.from(SCRIPT) },
    where,
  );
  const Content = runbook({ Handler: "one.handler", Attachment: "one.py" });
  const document = { DocumentType: "Automation", Content };
  const Attachments = [{ Key: "S3FileUrl", Values: ["s3://theirs/one.py"] }];
  await bed.cloud.call("ssm", "CreateDocument", { Name: "Theirs", ...document, Attachments }, where);
  const status = async (Name: string, reference: string) => {
    const source = { Key: "AttachmentReference", Values: [reference] };
    await bed.call("CreateDocument", { Name, ...document, Attachments: [source] });
    return (await bed.call("DescribeDocument", { Name })).Document.Status;
  };
  const reference = `arn:aws:ssm:us-east-1:${other}:document/Theirs/1/one.py`;
  assert.equal(await status("Before", reference), "Failed");
  const sharing = { Name: "Theirs", PermissionType: "Share", AccountIdsToAdd: [bed.account] };
  await bed.cloud.call("ssm", "ModifyDocumentPermission", sharing, where);
  assert.equal(await status("After", reference), "Active");
  assert.equal(await status("Other", reference.replace("one.py", "two.py")), "Failed");
});

async function zipped(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return await wholeBody(zip.outputStream as AsyncIterable<Uint8Array>);
}

test(
  "a script is run from an attached file, and from a zip with what it imports",
  needs("python3"),
  async () => {
    await using bed = await automationCloud();
    const { call } = bed;
    const zip = await zipped({
      "main.py": "from lib.words import say\ndef handler(events, context):\n    return say(events['word'])\n",
      "lib/__init__.py": "",
      "lib/words.py": "def say(word):\n    return 'from a zip: ' + word\n",
    });
    await bucketWith(bed, { "one.py": SCRIPT, "all.zip": zip });
    const Attachments = ["one.py", "all.zip"].map((name) => ({
      Key: "S3FileUrl",
      Values: [`s3://scripts/${name}`],
    }));
    const cases: [object, string][] = [
      [{ Handler: "one.handler", Attachment: "one.py" }, "from a file: yes"],
      [{ Handler: "main.handler", Attachment: "all.zip" }, "from a zip: yes"],
      [
        {
          Handler: "script",
          Attachment: "all.zip",
          Script: "from lib.words import say\ndef script(events, context):\n    return say('both')\n",
        },
        "from a zip: both",
      ],
    ];
    for (const [at, [inputs, payload]] of cases.entries()) {
      const Name = `Script${at}`;
      await call("CreateDocument", {
        Name,
        DocumentType: "Automation",
        Content: runbook(inputs),
        Attachments,
      });
      const { Outputs, FailureMessage } = await bed.ended(await bed.start(Name));
      assert.deepEqual(Outputs["run.Payload"], [payload], FailureMessage);
    }
    const Content = runbook({ Handler: "one.handler", Attachment: "none.py" });
    await call("CreateDocument", { Name: "None", DocumentType: "Automation", Content, Attachments });
    const { FailureMessage } = await bed.ended(await bed.start("None"));
    assert.match(FailureMessage, /The document None has no attachment none\.py\./);
  },
);

test("attachments survive a restart, and go with their document", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-attachments-"));
  const where = { account: "123456789012", region: "us-east-1" };
  try {
    {
      await using cloud = await testCloud({ listen: false, dataDir });
      await cloud.call("s3", "CreateBucket", { Bucket: "scripts" }, where);
      await cloud.call(
        "s3",
        "PutObject",
        { Bucket: "scripts", Key: "one.py", Body: Buffer.from(SCRIPT) },
        where,
      );
      const document = {
        Name: "Kept",
        DocumentType: "Automation",
        Content: runbook({ Handler: "one.handler", Attachment: "one.py" }),
        Attachments: [{ Key: "S3FileUrl", Values: ["s3://scripts/one.py"] }],
      };
      await cloud.call("ssm", "CreateDocument", document, where);
    }
    await using cloud = await testCloud({ dataDir });
    const input = { Name: "Kept" };
    const got = await cloud.call<{ AttachmentsContent: [{ Url: string }] }>(
      "ssm",
      "GetDocument",
      input,
      where,
    );
    const [{ Url }] = got.AttachmentsContent;
    assert.equal(await (await fetch(Url)).text(), SCRIPT);
    await cloud.call("ssm", "DeleteDocument", input, where);
    assert.equal((await fetch(Url)).status, 404);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
