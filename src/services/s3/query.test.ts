import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

/*
 * What the query of a request makes of it, in requests that no SDK sends. As AWS answered in us-east-1 in September 2026.
 */

const { cloud, bucket } = await s3Cloud();

async function asker() {
  const { account, Bucket, s3, put } = await bucket();
  await put("k.txt", "data");
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20261129/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
  /** `$` is the bucket. */
  const ask = (line: string) =>
    new Promise<{ status: number; allow: string | undefined; text: string }>((resolve, reject) => {
      const [method = "", path = ""] = line.replace("$", Bucket).split(" ");
      request(`${cloud.url}${path}`, { method, headers: { authorization } }, (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, allow: response.headers.allow, text }),
        );
      })
        .on("error", reject)
        .end();
    });
  return { ask, s3, Bucket };
}

/** An error without its request's ids: code, message and members. */
const said = (text: string, Bucket: string) =>
  text
    .replace(/^.*?<Code>|<RequestId>.*$/gs, "")
    .replace("</Code><Message>", ": ")
    .replace("</Message>", " ")
    .replaceAll(Bucket, "$")
    .trim();

const argument = (name: string, value?: string) =>
  `<ArgumentName>${name}</ArgumentName>${value === undefined ? "" : `<ArgumentValue>${value}</ArgumentValue>`}`;
const conflict = (both: string, first: string) =>
  `InvalidArgument: Conflicting query string parameters: ${both} ${argument("ResourceType", first)}`;
const noVersion = (id: string) =>
  `InvalidArgument: This operation does not accept a version-id. ${argument("versionId", id)}`;
const noInteger = (name: string) =>
  `InvalidArgument: Provided ${name} not an integer or within integer range ${argument(name, "abc")}`;
const noWebsiteValue = `InvalidArgument: The website parameter must not have a value ${argument("website", "v")}`;
const notAllowed = (type: string) =>
  `MethodNotAllowed: The specified method is not allowed against this resource. <Method>GET</Method><ResourceType>${type}</ResourceType>`;
const noCors = "NoSuchCORSConfiguration: The CORS configuration does not exist <BucketName>$</BucketName>";

const REFUSED: readonly (readonly [line: string, status: number, said: string])[] = [
  ["GET /$?versioning&acl", 400, conflict("acl, versioning", "acl")],
  ["GET /none?acl&versioning", 400, conflict("acl, versioning", "acl")],
  ["GET /$/k.txt?tagging&acl", 400, conflict("acl, tagging", "acl")],
  ["GET /$/none?annotationName=v&website", 400, conflict("annotationName, website", "annotationName")],
  [
    "GET /$/k.txt?annotationName=v",
    400,
    `InvalidArgument: Unexpected query string parameter ${argument("ResourceType", "annotationName")}`,
  ],
  ["GET /$?versionId=x", 400, noVersion("x")],
  ["GET /$?versioning&versionId=", 400, noVersion("")],
  ["PUT /$?versioning&versionId=null", 400, noVersion("null")],
  ["DELETE /$?versionId=x", 400, noVersion("x")],
  ["GET /$?versionId=x&delete", 400, noVersion("x")],
  ["GET /$?versionId=x&website=v", 400, noVersion("x")],
  ["GET /$?versionId=x&partNumber=1", 400, "InvalidRequest: Object must have a valid key name."],
  ["GET /$?website=v", 400, noWebsiteValue],
  ["PUT /none?website=v", 400, noWebsiteValue],
  ["GET /$/none?website=v", 400, noWebsiteValue],
  ["GET /$?uploadId=x", 400, "InvalidRequest: A key must be specified"],
  ["POST /$?uploadId=x", 400, "InvalidRequest: A key must be specified"],
  ["DELETE /$?uploadId=x", 400, "InvalidRequest: A key must be specified"],
  [
    "POST /$/k.txt",
    405,
    "MethodNotAllowed: The specified method is not allowed against this resource. <Method>POST</Method><ResourceType>OBJECT</ResourceType>",
  ],
  [
    "GET /$?versions&max-keys=-1",
    400,
    `InvalidArgument: max-keys cannot be negative ${argument("max-keys")}`,
  ],
  [
    "PUT /$/k.txt?partNumber=1",
    400,
    `InvalidArgument: This operation does not accept partNumber without uploadId ${argument("partNumber", "partNumber")}`,
  ],
  [
    "PUT /$/k.txt?uploadId=x",
    405,
    "MethodNotAllowed: The specified method is not allowed against this resource. <Method>PUT</Method><ResourceType>UPLOAD</ResourceType>",
  ],
  ["GET /$?delete", 405, notAllowed("MULTI_OBJECT_DELETE")],
  ["GET /$?torrent", 405, notAllowed("TORRENT")],
  [
    "GET /$/k.txt?logging",
    400,
    "NoLoggingStatusForKey: There is no such thing as the ?logging sub-resource for a key",
  ],
  [
    "GET /$/k.txt?versions",
    400,
    "InvalidRequest: There is no such thing as the ?versions sub-resource for a key",
  ],
  ["GET /$/k.txt?cors", 404, noCors],
  ["GET /$/none?cors", 404, noCors],
  ["GET /$?max-keys=abc&versionId=x", 400, noInteger("max-keys")],
  ["GET /$?versions&versionId=x&max-keys=abc", 400, noInteger("max-keys")],
  ["GET /$?uploads&max-uploads=abc", 400, noInteger("max-uploads")],
  ["GET /$/k.txt?uploadId=x&max-parts=abc", 400, noInteger("max-parts")],
  ["GET /$/k.txt?uploadId=x&part-number-marker=abc", 400, noInteger("part-number-marker")],
  [
    "GET /$?list-type=2&marker=x",
    400,
    `InvalidArgument: Marker unsupported with REST.GET.BUCKET in list-type=2 ${argument("marker")}`,
  ],
  [
    "GET /none?start-after=",
    400,
    `InvalidArgument: startAfter only supported in REST.GET.BUCKET with list-type=2 ${argument("start-after")}`,
  ],
  [
    "GET /$?start-after=a&continuation-token=x",
    400,
    `InvalidArgument: continuation-token only supported in REST.GET.BUCKET with list-type=2 ${argument("continuation-token")}`,
  ],
  [
    "GET /$?analytics&continuation-token=x",
    400,
    "MalformedContinuationToken: The continuation-token you provided invalid.",
  ],
  [
    "GET /$?metadataTable",
    405,
    "V1APIsNotAllowed: The V1 GetBucketMetadataTableConfiguration API operation isn't available for this account. Use the corresponding V2 GetBucketMetadataConfiguration API operation instead. <Method>GET</Method>",
  ],
];

test("what a query says is refused before the bucket and the key are looked for, and nothing is done", async () => {
  const { ask, s3, Bucket } = await asker();
  for (const [line, status, expected] of REFUSED) {
    const answer = await ask(line);
    assert.deepEqual([answer.status, said(answer.text, Bucket)], [status, expected], line);
  }
  const { Body } = await s3.getObject({ Bucket, Key: "k.txt" });
  assert.equal(await Body!.transformToString(), "data");
});

test("a number that is empty is as good as none, as recorded", async () => {
  const { ask } = await asker();
  for (const query of ["?max-keys=", "?versions&max-keys=", "?uploads&max-uploads="])
    assert.equal((await ask(`GET /$${query}`)).status, 200, query);
  for (const number of ["max-parts", "part-number-marker"])
    assert.match((await ask(`GET /$/k.txt?uploadId=x&${number}=`)).text, /<Code>NoSuchUpload</, number);
});

const HEADS: readonly (readonly [path: string, status: number, allow?: string])[] = [
  ["/$", 200],
  ["/$?foo", 200],
  ["/$?Versioning", 200],
  ["/$?versioning", 405, "GET"],
  ["/none?location", 405, "GET"],
  ["/$?delete", 405],
  ["/$?torrent", 405],
  ["/$?acl&versioning", 400],
  ["/$/k.txt", 200],
  ["/$/k.txt?metrics", 200],
  ["/$/none?acl", 405, "GET"],
  ["/$/k.txt?versioning", 405, "GET"],
  ["/$/k.txt?logging", 405],
];

test("what is selected of a bucket or an object has no HEAD", async () => {
  const { ask } = await asker();
  for (const [path, status, allow] of HEADS) {
    const answer = await ask(`HEAD ${path}`);
    assert.deepEqual([answer.status, answer.allow, answer.text], [status, allow, ""], path);
  }
});

test("a bucket's own is answered whatever key is named with it, and what selects nothing is passed over", async () => {
  const { ask, s3, Bucket } = await asker();
  for (const path of ["/$/k.txt", "/$/none"]) {
    assert.match(
      (await ask(`GET ${path}?location`)).text,
      /<LocationConstraint [^>]*><\/LocationConstraint>/,
    );
    assert.equal((await ask(`PUT ${path}?versioning`)).status, 400, "no object is put");
    await ask(`DELETE ${path}?policy`);
  }
  const { Contents } = await s3.listObjects({ Bucket });
  assert.deepEqual(
    Contents!.map(({ Key, Size }) => [Key, Size]),
    [["k.txt", 4]],
  );
  for (const query of ["", "?foo=bar", "?x-id=ListObjects", "?Versioning", "?list-type=3"])
    assert.match((await ask(`GET /$${query}`)).text, /<ListBucketResult .*<Marker><\/Marker>/, query);
  assert.equal((await ask("GET /$/k.txt?metrics&list-type=2")).text, "data");
});

test("where a bucket is hears also who may not have it", async () => {
  const { Bucket } = await bucket();
  const answer = await fetch(`${cloud.url}/${Bucket}`, { method: "HEAD" });
  assert.deepEqual([answer.status, answer.headers.get("x-amz-bucket-region")], [403, "us-east-1"]);
  const none = await fetch(`${cloud.url}/none`, { method: "HEAD" });
  assert.deepEqual([none.status, none.headers.get("x-amz-bucket-region")], [404, null]);
});
