import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../core/random.ts";
import { requestIdOf } from "./request-id.ts";

const uuid = (version: string) =>
  new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);

const FORMS: Readonly<[service: string, form: RegExp, seen: readonly string[]][]> = [
  ["s3", /^[0-9A-HJKMNP-TV-Z]{16}$/, ["5XK4PXKSDVJ5SK29", "5XK645YVY0YC65M4", "137F63660DCEC22D"]],
  [
    "dynamodb",
    /^[0-9A-V]{25}[37BFJNRV]VV4KQNSO5AEMVJF66Q9ASUAAJG$/,
    [
      "UG9KFPA1TJOKE98VNIM6DVT70NVV4KQNSO5AEMVJF66Q9ASUAAJG",
      "IF3IJNU7PDSGGJAGLIM47NLJAJVV4KQNSO5AEMVJF66Q9ASUAAJG",
      "29P5V7QSAKHS4LNL56ECAJFF3BVV4KQNSO5AEMVJF66Q9ASUAAJG",
      "SUH7SV6P7TMI2JCTO09BPOUK0FVV4KQNSO5AEMVJF66Q9ASUAAJG",
      "HACABVMJGHN8BUINGHUVGIMH57VV4KQNSO5AEMVJF66Q9ASUAAJG",
      "5Q1B31KL6H7KIMUTDPEHCJM1EVVV4KQNSO5AEMVJF66Q9ASUAAJG",
    ],
  ],
  ["sqs", uuid("5"), ["f9faa769-eda2-534c-82d3-c5387198f104", "5a78a04b-e4b1-51e1-afa4-f3bc7dd7ac9e"]],
  ["sns", uuid("5"), []],
  [
    "kinesis",
    uuid("[0-9a-f]"),
    [
      "c11001d3-af0c-017b-9864-92281f78ebb3",
      "d2178a59-a07c-325b-8cda-0734be33d144",
      "c87d168f-8704-d00c-99b8-10d42eb35d3e",
    ],
  ],
  ["lambda", uuid("4"), ["c48d99c2-704b-4d51-adc1-93d64eb60f2c"]],
  ["constructor", uuid("4"), []],
  ["__proto__", uuid("4"), []],
];

test("ids are of the forms in which AWS's services were seen to write them, whatever a service calls itself", () => {
  const random = new Random();
  for (const [service, form, seen] of FORMS) {
    for (const id of seen) assert.match(id, form, `${service} as seen`);
    for (let n = 0; n < 50; n++) assert.match(requestIdOf(service, random), form, service);
  }
});
