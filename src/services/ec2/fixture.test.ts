import assert from "node:assert/strict";
import { EC2 } from "@aws-sdk/client-ec2";
import { clientOptions, newAccount } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

/** A client of an account that nobody else has. */
export const ec2Client = (cloud: Cloud, { account = newAccount(), region = "us-east-1" } = {}): EC2 =>
  new EC2({ ...clientOptions(cloud, account), region });

/** Is a call refused with this code and text? */
export const refuses = (call: Promise<unknown>, code: string, message: string | RegExp): Promise<void> =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, code);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });

export async function newVpc(ec2: EC2, CidrBlock = "10.0.0.0/16"): Promise<string> {
  const { Vpc } = await ec2.createVpc({ CidrBlock });
  return Vpc!.VpcId!;
}

export async function newSubnet(ec2: EC2, VpcId: string, CidrBlock = "10.0.1.0/24"): Promise<string> {
  const { Subnet } = await ec2.createSubnet({ VpcId, CidrBlock });
  return Subnet!.SubnetId!;
}
