import assert from "node:assert/strict";
import { test } from "node:test";
import type { Credentials } from "../core/credentials.ts";
import { readOldSignature, verifyOldSignature } from "./signature-v2.ts";

/** The key and the examples of https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html */
const credentials = {
  find: () => ({ secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", active: true }),
} as unknown as Credentials;

test("AWS's own examples of signature version 2 hold", () => {
  for (const [method, path, query, signature, headers] of [
    [
      "GET",
      "/photos/puppy.jpg",
      "",
      "qgk2+6Sv9/oM7G3qLEjTH1a1l1g=",
      { date: "Tue, 27 Mar 2007 19:36:42 +0000" },
    ],
    [
      "PUT",
      "/photos/puppy.jpg",
      "",
      "iqRzw+ileNPu1fhspnRs8nOjjIA=",
      { date: "Tue, 27 Mar 2007 21:15:45 +0000", "content-type": "image/jpeg" },
    ],
    [
      "GET",
      "/",
      "prefix=photos&max-keys=50&marker=puppy",
      "m0WP8eCtspQl5Ahe6L1SozdX9YA=",
      { date: "Tue, 27 Mar 2007 19:42:41 +0000" },
    ],
    ["GET", "/", "acl", "82ZHiFIjc+WbcwFKGUVEQspPn+0=", { date: "Tue, 27 Mar 2007 19:44:46 +0000" }],
  ] as const) {
    const request = {
      method,
      path,
      query,
      headers: { ...headers, authorization: `AWS AKIAIOSFODNN7EXAMPLE:${signature}` } as Record<
        string,
        string
      >,
      body: new Uint8Array(),
    };
    const expected = { credentials, bucket: "awsexamplebucket1", region: "us-west-1", nowMs: 0 };
    const given = readOldSignature(request)!;
    verifyOldSignature(request, given, expected);
    assert.throws(() => verifyOldSignature({ ...request, path: "/other" }, given, expected), {
      code: "SignatureDoesNotMatch",
    });
    assert.throws(() => verifyOldSignature(request, given, { ...expected, region: "eu-central-1" }), {
      code: "InvalidRequest",
    });
  }
});
