import type { Place } from "../../aws/arn-template.ts";
import type { SubnetGroupRecord } from "../../aws/subnet-groups.ts";
import { makeArn } from "../../core/arn.ts";
import type * as RDS from "../../models/generated/rds.ts";

export const subnetGroupArn = (name: string, { account, region }: Place): string =>
  makeArn("rds", region, account, `subgrp:${name}`);

/** A group as it stands in its databases. */
export const describeSubnetGroup = ({
  name,
  description,
  vpcId,
  subnets,
}: SubnetGroupRecord): RDS.DBSubnetGroup => ({
  DBSubnetGroupName: name,
  DBSubnetGroupDescription: description,
  VpcId: vpcId,
  SubnetGroupStatus: "Complete",
  Subnets: subnets.map(({ id, zone }) => ({
    SubnetIdentifier: id,
    SubnetAvailabilityZone: { Name: zone },
    SubnetStatus: "Active",
  })),
});
