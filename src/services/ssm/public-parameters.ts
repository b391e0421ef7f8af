import { page } from "../../aws/page.ts";
import { PUBLIC_IMAGES, publicImageId } from "../../aws/public-images.ts";
import { longNameOf, regionNames } from "../../aws/regions.ts";
import { makeArn, partitionOf } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { wireIndex } from "../../models/model.ts";
import { accessDenied, invalidNextToken } from "./errors.ts";

/**
 * Parameters that AWS publishes: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
 * Regions and services are AWS's; images are those of `public-images.ts`.
 */

const INFRASTRUCTURE = "/aws/service/global-infrastructure";
const IMAGE = /\/(?:ami-id|image_id)$|^\/aws\/service\/(?:ami-[^/]+-latest\/[^/]+|debian\/.+)$/;

/** Names to values, without images. */
let infrastructure: Map<string, string> | undefined;

function infrastructureParameters(): Map<string, string> {
  if (infrastructure) return infrastructure;
  const all = new Map<string, string>();
  for (const region of regionNames) {
    const name = `${INFRASTRUCTURE}/regions/${region}`;
    all.set(name, region);
    all.set(`${name}/domain`, region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com");
    all.set(`${name}/longName`, longNameOf(region));
    all.set(`${name}/partition`, partitionOf(region));
  }
  for (const { endpointPrefix } of wireIndex().values())
    all.set(`${INFRASTRUCTURE}/services/${endpointPrefix}`, endpointPrefix);
  infrastructure = all;
  return all;
}

/**
 * What describes an image of ECS or EKS whole, beside its id: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
 * and https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html. There are no images here: names and versions are made up.
 */
function descriptionOf(path: string, region: string): string | undefined {
  const image = `${path}/image_id`;
  const [, service, system = ""] =
    /^\/aws\/service\/(ecs|eks)\/optimized-ami\/(.+)\/recommended$/.exec(path) ?? [];
  if (service === undefined || !PUBLIC_IMAGES.includes(image)) return undefined;
  const common = {
    image_name: `${service}-${system.replaceAll("/", "-")}-20250101`,
    image_id: publicImageId(image, region),
  };
  return JSON.stringify(
    service === "ecs"
      ? {
          ecs_agent_version: "1.89.0",
          ecs_runtime_version: "Docker version 25.0.6",
          ...common,
          image_version: "20250101",
          os: system.startsWith("amazon-linux-2023") ? "Amazon Linux 2023" : "Amazon Linux 2",
          schema_version: 1,
        }
      : { schema_version: "2", ...common, release_version: `${/^[\d.]+/.exec(system)?.[0]}.0-20250101` },
  );
}

/** The parameter of a name below `/aws/service/`; undefined when AWS publishes none that is known here. */
export function publicParameter(name: string, ctx: Context): SSM.Parameter | undefined {
  if (!name.startsWith("/aws/service/") && !name.startsWith("aws/service/")) return undefined;
  const path = name.startsWith("/") ? name : `/${name}`;
  const isImage = PUBLIC_IMAGES.includes(path);
  const value = isImage
    ? publicImageId(path, ctx.region)
    : (infrastructureParameters().get(path) ?? descriptionOf(path, ctx.region));
  return value === undefined ? undefined : asParameter(path, value, ctx);
}

function asParameter(name: string, value: string, { region }: { region: string }): SSM.Parameter {
  return {
    Name: name,
    Type: "String",
    Value: value,
    Version: 1,
    LastModifiedDate: new Date(Date.UTC(2025, 0, 1)),
    ARN: makeArn("ssm", region, "", `parameter${name}`),
    DataType: IMAGE.test(name) ? "aws:ec2:image" : "text",
  };
}

const PAGE_SIZE = 10;

/** @throws AwsError `AccessDeniedException` for a path that is not below `/aws/service` */
export function publicParametersBelow(
  input: SSM.GetParametersByPathRequest,
  ctx: Context,
): SSM.GetParametersByPathResult {
  const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
  const path = `${input.Path.replace(/\/$/, "")}/`;
  if (!path.startsWith("/aws/service/"))
    throw accessDenied(`No access to reserved parameter name: ${input.Path}.`);
  const names = [...PUBLIC_IMAGES, ...infrastructureParameters().keys()].filter(
    (name) => name.startsWith(path) && (input.Recursive || !name.slice(path.length).includes("/")),
  );
  const { items, nextToken } = page(names, (name) => [name], {
    size,
    token,
    query,
    refuse: invalidNextToken,
  });
  const Parameters = items.map((name) => publicParameter(name, ctx)).filter((one) => one !== undefined);
  return { Parameters, ...(nextToken && { NextToken: nextToken }) };
}
