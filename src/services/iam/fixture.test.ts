import assert from "node:assert/strict";
import { after } from "node:test";
import { IAM } from "@aws-sdk/client-iam";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { CloudOptions } from "../../index.ts";

/** A cloud for the tests of one file, and clients of accounts of their own. */
export async function iamCloud(options: CloudOptions = {}) {
  const cloud = await testCloud(options);
  after(() => cloud.stop());
  return {
    cloud,
    client: (account: string = newAccount()) => new IAM(clientOptions(cloud, account)),
  };
}

export const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

export const POLICY = policy("sqs:SendMessage");

/** A policy that allows an action on everything. */
export function policy(Action: string | string[], more: object = {}): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*", ...more }],
  });
}

export const decoded = (document: string | undefined) => JSON.parse(decodeURIComponent(document!));

/** Asserts an error's code (the SDK gives the shape's name or the code) and message. */
export async function refused(call: Promise<unknown>, code: string, message?: string | RegExp) {
  await assert.rejects(call, (error: Error & { Error?: { Code?: string }; Code?: string }) => {
    const name = error.name.replace(/Exception$/, "");
    assert.equal(name, code, error.message);
    if (message !== undefined) {
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
    }
    return true;
  });
}
