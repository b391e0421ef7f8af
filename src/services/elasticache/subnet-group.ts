import type { Place } from "../../aws/arn-template.ts";
import { subnetGroupsOf } from "../../aws/subnet-groups.ts";
import { makeArn } from "../../core/arn.ts";
import { invalidSubnet, subnetGroupExists, subnetGroupNotFound } from "./errors.ts";

export const groups = subnetGroupsOf({
  notFound: subnetGroupNotFound,
  exists: subnetGroupExists,
  invalid: invalidSubnet,
});

export const subnetGroupArn = (name: string, { account, region }: Place): string =>
  makeArn("elasticache", region, account, `subnetgroup:${name}`);
