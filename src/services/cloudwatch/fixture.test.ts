import assert from "node:assert/strict";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { clientOptions } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

export const cloudwatchClient = (cloud: Cloud, account?: string) =>
  new CloudWatchClient(clientOptions(cloud, account));

/** Moves the clock to the beginning of the next minute, so that what follows lies in one minute. */
export async function nextMinute(cloud: Cloud): Promise<number> {
  await cloud.clock.advance(60_000 - (cloud.clock.now() % 60_000));
  return Math.floor(cloud.clock.now() / 60_000) * 60_000;
}

export const rejects = (call: Promise<unknown>, name: string, message: string | RegExp) =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
