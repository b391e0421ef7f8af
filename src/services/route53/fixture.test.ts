import assert from "node:assert/strict";
import { Route53 } from "@aws-sdk/client-route-53";
import { clientOptions, testCloud } from "../../../test/cloud.ts";
import type { CloudOptions } from "../../index.ts";

/** A cloud and a client of it. */
export async function route53Cloud(options: CloudOptions = {}) {
  const cloud = await testCloud(options);
  return Object.assign(cloud, { route53: new Route53(clientOptions(cloud)) });
}

export async function refused(call: Promise<unknown>, name: string, message?: string): Promise<void> {
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message);
    if (message !== undefined) assert.equal(error.message, message);
    return true;
  });
}

let references = 0;

/** What a zone or a check is asked for with, each time another. */
export const reference = (): string => `reference-${references++}`;

/** Makes a zone and gives its id. */
export async function zoneOf(route53: Route53, Name: string): Promise<string> {
  const { HostedZone } = await route53.createHostedZone({ Name, CallerReference: reference() });
  return HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
}
