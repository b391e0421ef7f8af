import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers, KeptResource } from "../../core/service.ts";
import type * as Tagging from "../../models/generated/resourcegroupstaggingapi.ts";

/**
 * Tags go to each resource's own service, as the caller's calls: its limits, errors and faults hold, and one that refuses does not
 * stop the others. https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html
 */
export const tagging: Handlers<Tagging.Operations> = {
  async TagResources({ ResourceARNList, Tags }, ctx) {
    return await eachOf(ResourceARNList, ctx, (resource) => resource.tagging?.add(Tags));
  },

  async UntagResources({ ResourceARNList, TagKeys }, ctx) {
    return await eachOf(ResourceARNList, ctx, (resource) => resource.tagging?.remove(TagKeys));
  },
};

async function eachOf(
  arns: readonly string[],
  ctx: Context,
  callOf: (resource: KeptResource) => { readonly operation: string; readonly input: object } | undefined,
): Promise<{ FailedResourcesMap: Tagging.FailedResourcesMap }> {
  const failures = await Promise.all(
    arns.map(async (arn): Promise<[string, Tagging.FailureInfo] | undefined> => {
      const resource = ctx.host.keptAt(arn);
      const call = resource && callOf(resource);
      if (!resource || !call) return [arn, notFound(arn)];
      try {
        const { account, region } = resource;
        const where = { account, region: region === "global" ? ctx.region : region, as: ctx.caller };
        await ctx.call(resource.service, call.operation, call.input, where);
        return undefined;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return [arn, { StatusCode: error.status, ErrorCode: codeOf(error), ErrorMessage: error.message }];
      }
    }),
  );
  return { FailedResourcesMap: Object.fromEntries(failures.filter((failure) => failure !== undefined)) };
}

/** The API knows two codes: the other side's fault, and everything else. */
const codeOf = ({ status }: AwsError) =>
  status >= 500 || status === 429 ? "InternalServiceException" : "InvalidParameterException";

const notFound = (arn: string): Tagging.FailureInfo => ({
  StatusCode: 400,
  ErrorCode: "InvalidParameterException",
  ErrorMessage: `The resource ${arn} does not exist, or has no tags.`,
});
