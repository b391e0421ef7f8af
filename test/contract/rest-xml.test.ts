import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import type { HttpRequest } from "../../src/core/http.ts";
import { loadModel } from "../../src/models/model.ts";
import { createProtocol } from "../../src/protocols/protocol.ts";
import { modelOf, requestOf, structure, textOf } from "./model.ts";

const members = {
  Text: { shape: "String" },
  Renamed: { shape: "String", locationName: "OnTheWire" },
  Attribute: { shape: "String", xmlAttribute: true, locationName: "x:kind" },
  When: { shape: "Timestamp" },
  Http: { shape: "HttpTime" },
  Epoch: { shape: "EpochTime" },
  Blob: { shape: "Blob" },
  List: { shape: "Strings" },
  Flat: { shape: "Strings", flattened: true },
  Map: { shape: "StringMap" },
  FlatMap: { shape: "StringMap", flattened: true },
  Nested: { shape: "Body", xmlNamespace: { uri: "https://inner.example", prefix: "in" } },
} as const;
const shapes = {
  Body: structure(members),
  Input: structure({ Body: { shape: "Body", locationName: "Thing" } }, { payload: "Body" }),
  Output: structure({ Body: { shape: "Body", locationName: "Thing" } }, { payload: "Body" }),
};
const codec = createProtocol(modelOf("rest-xml", { shapes }));
const decode = (body: string) => codec.decode(requestOf({ body })).input;

const TYPED = {
  Text: "<&> 😀",
  Renamed: "r",
  Attribute: "a",
  When: new Date("2014-04-29T18:30:38Z"),
  Http: new Date("2014-04-29T18:30:38Z"),
  Epoch: new Date("2014-04-29T18:30:38Z"),
  Blob: new Uint8Array([1]),
  List: ["x", "y"],
  Flat: ["z"],
  Map: { k: "v" },
  FlatMap: { f: "g" },
  Nested: { Text: "inner" },
};
const INNER =
  "<Text>&lt;&amp;&gt; 😀</Text><OnTheWire>r</OnTheWire><When>2014-04-29T18:30:38Z</When>" +
  "<Http>Tue, 29 Apr 2014 18:30:38 GMT</Http><Epoch>1398796238</Epoch><Blob>AQ==</Blob>" +
  "<List><member>x</member><member>y</member></List><Flat>z</Flat><Map><entry><key>k</key><value>v</value></entry></Map>" +
  '<FlatMap><key>f</key><value>g</value></FlatMap><Nested xmlns:in="https://inner.example"><Text>inner</Text></Nested>';

test("every kind of value is read, whatever the prefixes", () => {
  assert.deepEqual(decode(`<t:Thing xmlns:t="u" x:kind="a">${INNER}</t:Thing>`), { Body: TYPED });
  assert.deepEqual(decode("<Thing><Text><![CDATA[a<b]]>&#x41;&#66;&apos;</Text></Thing>"), {
    Body: { Text: "a<bAB'" },
  });
  assert.deepEqual(decode('<?xml version="1.0"?>\n<!-- c --><Thing>\n <Text> kept </Text>\n</Thing>'), {
    Body: { Text: " kept " },
  });
});

test("every kind of value is written, with its attributes and namespaces", () => {
  const xml = '<Thing xmlns="https://thing.example/doc" x:kind="a">';
  assert.equal(
    textOf(codec.encodeOutput("Do", { Body: { ...TYPED, Nested: { Text: "inner" } } }, "r")),
    `<?xml version="1.0" encoding="UTF-8"?>\n${xml}${INNER.replace("<Nested xmlns:in", "<Nested xmlns:in")}</Thing>`,
  );
});

test("malformed XML, entities and bombs are refused", () => {
  const refused = { code: "MalformedXML", status: 400 };
  for (const body of ["<", "<a>", "<a></b>", "text", '<a b="1" b="2"/>', "<a/><b/>", "<!-- only -->"]) {
    assert.throws(() => decode(body), refused, body);
  }
  const lol = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><Thing><Text>&c;</Text></Thing>';
  assert.throws(() => decode(lol), refused);
  assert.throws(() => decode('<!DOCTYPE a SYSTEM "file:///etc/passwd"><Thing/>'), refused);
  assert.throws(() => decode(`${"<Nested>".repeat(5000)}${"</Nested>".repeat(5000)}`), refused);
  assert.throws(() => decode("<Thing><When>soon</When></Thing>"), refused);
});

test("a key called __proto__ is only a key", () => {
  const { Body } = decode(
    "<Thing><Map><entry><key>__proto__</key><value>v</value></entry></Map></Thing>",
  ) as {
    Body: { Map: object };
  };
  assert.deepEqual(Object.keys(Body.Map), ["__proto__"]);
  assert.throws(() => decode("<Thing><__proto__><x/></__proto__></constructor></Thing>"), AwsError);
});

const s3 = createProtocol(loadModel("s3")!);
const at = (method: string, path: string, given: Partial<HttpRequest> = {}) =>
  requestOf({ method, path, ...given });
const operationOf = (request: HttpRequest) => s3.decode(request).operation;

test("what is on one path of S3 is told apart by what the request brings", () => {
  const copy = { headers: { "x-amz-copy-source": "/a/b" } };
  const part = { query: "partNumber=1&uploadId=u" };
  assert.equal(operationOf(at("PUT", "/b/k")), "PutObject");
  assert.equal(operationOf(at("PUT", "/b/k", copy)), "CopyObject");
  assert.equal(operationOf(at("PUT", "/b/k", part)), "UploadPart");
  assert.equal(operationOf(at("PUT", "/b/k", { ...part, ...copy })), "UploadPartCopy");
  assert.equal(operationOf(at("PUT", "/b/k", { query: "acl" })), "PutObjectAcl");
  assert.equal(operationOf(at("GET", "/b")), "ListObjects");
  assert.equal(operationOf(at("GET", "/b/", { query: "list-type=2&prefix=" })), "ListObjectsV2");
  assert.equal(operationOf(at("GET", "/b", { query: "analytics" })), "ListBucketAnalyticsConfigurations");
  assert.equal(operationOf(at("GET", "/b", { query: "analytics&id=1" })), "GetBucketAnalyticsConfiguration");
  assert.equal(operationOf(at("GET", "/b", { query: "lifecycle=" })), "GetBucketLifecycleConfiguration");
  assert.equal(operationOf(at("GET", "/b/k", { query: "uploadId=u" })), "ListParts");
  assert.equal(operationOf(at("GET", "/b/k", { query: "x-id=GetObject" })), "GetObject");
  assert.equal(operationOf(at("GET", "/")), "ListBuckets");
  assert.equal(operationOf(at("DELETE", "/b/k", { query: "uploadId=u" })), "AbortMultipartUpload");
  assert.equal(
    operationOf(at("POST", "/b", { query: "delete", body: Buffer.from("<Delete/>") })),
    "DeleteObjects",
  );
  assert.throws(() => operationOf(at("PATCH", "/b")), { code: "MethodNotAllowed", status: 405 });
});

test("keys keep their slashes, and the bucket may come from the host", () => {
  assert.deepEqual(s3.decode(at("GET", "/b//a/%2F/c%20d+e/")).input, { Bucket: "b", Key: "/a///c d+e/" });
  assert.deepEqual(s3.decode(at("GET", "/k/l"), { bucket: "b.c" }).input, { Bucket: "b.c", Key: "k/l" });
  assert.equal(s3.decode(at("GET", "/"), { bucket: "b" }).operation, "ListObjects");
});

test("a form-urlencoded body is still an object, gzip included", () => {
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-encoding": "gzip" };
  const { input } = s3.decode(at("PUT", "/b/k", { headers, body: Buffer.from("Action=Not") }));
  assert.equal(Buffer.from(input["Body"] as Uint8Array).toString(), "Action=Not");
  assert.equal(input["ContentEncoding"], "gzip");
});

test("metadata is read from headers, or from the query of a presigned URL", () => {
  const { input } = s3.decode(
    at("PUT", "/b/k", { headers: { "x-amz-meta-a": "1", "x-amz-acl": "private" } }),
  );
  assert.deepEqual(input["Metadata"], { a: "1" });
  assert.equal(input["ACL"], "private");
  const query = "X-Amz-Signature=s&X-Amz-Acl=private&x-amz-meta-b=2";
  const presigned = s3.decode(at("PUT", "/b/k", { query })).input;
  assert.deepEqual([presigned["ACL"], presigned["Metadata"]], ["private", { b: "2" }]);
});

test("aws-chunked bodies are joined and their trailers bound", () => {
  const body = Buffer.from("3;chunk-signature=0\r\nabc\r\n2\r\nde\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n");
  const headers = {
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "content-encoding": "aws-chunked",
    "x-amz-decoded-content-length": "5",
    "content-length": String(body.length),
  };
  const { input } = s3.decode(at("PUT", "/b/k", { headers, body }));
  assert.equal(Buffer.from(input["Body"] as Uint8Array).toString(), "abcde");
  assert.equal(input["ChecksumCRC32"], "AAAA");
  assert.equal(input["ContentLength"], 5);
  assert.equal(input["ContentEncoding"], undefined);
  const short = { ...headers, "x-amz-decoded-content-length": "6" };
  assert.throws(() => s3.decode(at("PUT", "/b/k", { headers: short, body })), { code: "IncompleteBody" });
});

test("S3 answers with its own root elements, ids and statuses", () => {
  const list = s3.encodeOutput(
    "ListObjectsV2",
    { Name: "b", KeyCount: 1, Contents: [{ Key: "k", Size: 1, LastModified: new Date(0) }] },
    "r-1",
  );
  assert.equal(list.headers["x-amz-request-id"], "r-1");
  assert.equal(
    textOf(list),
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      "<Contents><Key>k</Key><LastModified>1970-01-01T00:00:00.000Z</LastModified><Size>1</Size></Contents>" +
      "<Name>b</Name><KeyCount>1</KeyCount></ListBucketResult>",
  );
  const location = s3.encodeOutput("GetBucketLocation", { LocationConstraint: "eu-west-1" }, "r-1");
  assert.match(textOf(location), /<LocationConstraint xmlns="[^"]+">eu-west-1<\/LocationConstraint>$/);
  const range = s3.encodeOutput(
    "GetObject",
    { Body: Buffer.from("b"), ContentRange: "bytes 1-1/3", Metadata: { k: "v" } },
    "r-1",
  );
  assert.equal(range.status, 206);
  assert.equal(range.headers["x-amz-meta-k"], "v");
  assert.equal(s3.encodeOutput("DeleteObject", {}, "r-1").status, 204);
});

test("an error of S3 is bare, and a HEAD has none", () => {
  const error = new AwsError("NoSuchKey", "No.", { status: 404, members: { Key: "a&b" } });
  const response = s3.encodeError(error, "r-1", "GetObject");
  assert.equal(response.status, 404);
  assert.match(
    textOf(response),
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code><Message>No.<\/Message><Key>a&amp;b<\/Key><RequestId>r-1<\/RequestId><HostId>[\w+/=]+<\/HostId><\/Error>$/,
  );
  assert.equal(s3.encodeError(error, "r-1", "HeadObject").body, undefined);
});

test("an error of other XML services is wrapped", () => {
  assert.equal(
    textOf(codec.encodeError(new AwsError("Gone", "No."), "r-1")),
    '<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse xmlns="https://thing.example/doc"><Error><Type>Sender</Type>' +
      "<Code>Gone</Code><Message>No.</Message></Error><RequestId>r-1</RequestId></ErrorResponse>",
  );
});
