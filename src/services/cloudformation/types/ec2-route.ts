import { call } from "../mapping/ec2.ts";
import { found, gone, type Properties } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const DESTINATIONS = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];

const destinationOf = (properties: Values): string =>
  String(DESTINATIONS.map((name) => properties[name]).find((value) => value !== undefined));

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html */
export default defineType({
  type: "AWS::EC2::Route",
  replacedBy: [...DESTINATIONS, "RouteTableId"],
  required: ["RouteTableId"],
  async create(properties, at) {
    await call(at, "CreateRoute", properties);
    const destination = destinationOf(properties);
    return { id: `${properties["RouteTableId"]}|${destination}`, attributes: { CidrBlock: destination } };
  },
  async update(existing, properties, at) {
    await call(at, "ReplaceRoute", properties);
    return existing;
  },
  delete: ({ properties }, at) => gone(call(at, "DeleteRoute", properties)),
  async read({ properties }, at) {
    const output = await found(
      call(at, "DescribeRouteTables", { RouteTableIds: [properties["RouteTableId"]] }),
    );
    const [table] = (output?.["RouteTables"] ?? []) as Properties[];
    const routes = (table?.["Routes"] ?? []) as Properties[];
    const destination = destinationOf(properties);
    return shown(
      properties,
      routes.find((route) => DESTINATIONS.some((name) => route[name] === destination)),
    );
  },
});
