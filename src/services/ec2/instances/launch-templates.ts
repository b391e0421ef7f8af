import type { Context, Handlers } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { describePage, pageBy } from "../describing.ts";
import {
  launchTemplateNameExists,
  launchTemplateNameNotFound,
  launchTemplateVersionNotFound,
} from "../errors.ts";
import { type FilterPaths, filtering } from "../filters.ts";
import { once } from "../idempotency.ts";
import { among, find, has, idFor, remove, save } from "../kind.ts";
import { interfacesOf } from "../network-interface.ts";
import { tagsFor } from "../tag-specifications.ts";
import { instances } from "./instance.ts";
import {
  findTemplate,
  findVersion,
  type LaunchTemplateRecord,
  launchTemplates,
  type TemplateName,
  type TemplateVersionRecord,
  templateVersions,
  versionNumber,
  versionsOf,
} from "./launch-template.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html and its neighbours */
export const launchTemplateOperations: Handlers<EC2.Operations> = {
  CreateLaunchTemplate(input, ctx) {
    const template = once(launchTemplates, input, ctx, () => {
      if (has(launchTemplates, ctx, ({ name }) => name === input.LaunchTemplateName))
        throw launchTemplateNameExists();
      const made = save(
        launchTemplates,
        {
          id: idFor(launchTemplates, ctx),
          tags: tagsFor("launch-template", input.TagSpecifications),
          name: input.LaunchTemplateName,
          createdMs: ctx.clock.now(),
          createdBy: ctx.caller.arn,
          defaultVersion: 1,
          latestVersion: 1,
        },
        ctx,
      );
      saveVersion(made, input, 1, ctx);
      return made;
    });
    return { LaunchTemplate: launchTemplates.describe(template, ctx) };
  },

  CreateLaunchTemplateVersion(input, ctx) {
    const template = findTemplate(input, ctx);
    const number = template.latestVersion + 1;
    const source =
      input.SourceVersion === undefined ? {} : findVersion(template, input.SourceVersion, ctx).content;
    const version = saveVersion(
      template,
      { ...input, LaunchTemplateData: { ...source, ...input.LaunchTemplateData } },
      number,
      ctx,
    );
    const changed = save(launchTemplates, { ...template, latestVersion: number }, ctx);
    return { LaunchTemplateVersion: describeVersion(changed, version) };
  },

  ModifyLaunchTemplate(input, ctx) {
    const template = findTemplate(input, ctx);
    const { number } = findVersion(template, input.DefaultVersion, ctx);
    const changed = save(launchTemplates, { ...template, defaultVersion: number }, ctx);
    return { LaunchTemplate: launchTemplates.describe(changed, ctx) };
  },

  DeleteLaunchTemplate(input, ctx) {
    const template = findTemplate(input, ctx);
    remove(launchTemplates, template, ctx);
    for (const { number } of versionsOf(template, ctx))
      ctx.store.collection(templateVersions).delete([template.id, number]);
    return { LaunchTemplate: launchTemplates.describe(template, ctx) };
  },

  DeleteLaunchTemplateVersions(input, ctx) {
    const template = findTemplate(input, ctx);
    const deleted: EC2.DeleteLaunchTemplateVersionsResponseSuccessItem[] = [];
    const refused: EC2.DeleteLaunchTemplateVersionsResponseErrorItem[] = [];
    for (const text of input.Versions) {
      const number = versionNumber(text);
      const what = {
        LaunchTemplateId: template.id,
        LaunchTemplateName: template.name,
        VersionNumber: number,
      };
      const isThere = ctx.store.collection(templateVersions).get([template.id, number]) !== undefined;
      if (isThere && number !== template.defaultVersion) {
        ctx.store.collection(templateVersions).delete([template.id, number]);
        deleted.push(what);
        continue;
      }
      refused.push({
        ...what,
        ResponseError: isThere
          ? {
              Code: "unexpectedError",
              Message: `The default version (${number}) of the launch template cannot be deleted.`,
            }
          : {
              Code: "launchTemplateVersionDoesNotExist",
              Message: `Launch template version ${text} does not exist.`,
            },
      });
    }
    return {
      SuccessfullyDeletedLaunchTemplateVersions: deleted,
      UnsuccessfullyDeletedLaunchTemplateVersions: refused,
    };
  },

  DescribeLaunchTemplates(input, ctx) {
    const { LaunchTemplateNames: names = [], LaunchTemplateIds } = input;
    const unknown = names.find((name) => !has(launchTemplates, ctx, (one) => one.name === name));
    if (unknown !== undefined) throw launchTemplateNameNotFound(unknown);
    const { items, nextToken } = describePage(
      launchTemplates,
      LaunchTemplateIds,
      { ...input, NextToken: input.NextToken },
      ctx,
      ({ name }) => names.length === 0 || names.includes(name),
    );
    return { LaunchTemplates: items, NextToken: nextToken };
  },

  DescribeLaunchTemplateVersions(input, ctx) {
    const versions = versionsMeant(input, ctx).filter(filtering(input.Filters, VERSION_FILTERS));
    const { items, nextToken } = pageBy(
      versions,
      ({ LaunchTemplateId, VersionNumber }) => `${LaunchTemplateId} ${VersionNumber}`,
      input,
      ctx.operation,
    );
    return { LaunchTemplateVersions: items, NextToken: nextToken };
  },

  GetLaunchTemplateData({ InstanceId }, ctx) {
    const { imageId, instanceType, keyName, userData, subnetId } = find(instances, InstanceId, ctx);
    const [eni] = interfacesOf(InstanceId, ctx);
    return {
      LaunchTemplateData: {
        ImageId: imageId,
        InstanceType: instanceType as EC2.InstanceType,
        ...(keyName !== undefined && { KeyName: keyName }),
        ...(userData !== undefined && { UserData: userData }),
        NetworkInterfaces: [
          { DeviceIndex: 0, SubnetId: subnetId, Groups: (eni?.groups ?? []).map(({ GroupId }) => GroupId) },
        ],
      },
    };
  },
};

function saveVersion(
  template: LaunchTemplateRecord,
  input: { readonly LaunchTemplateData: EC2.RequestLaunchTemplateData; readonly VersionDescription?: string },
  number: number,
  ctx: Context,
): TemplateVersionRecord {
  const version: TemplateVersionRecord = {
    number,
    ...(input.VersionDescription !== undefined && { description: input.VersionDescription }),
    createdMs: ctx.clock.now(),
    createdBy: ctx.caller.arn,
    content: input.LaunchTemplateData,
  };
  ctx.store.collection(templateVersions).put([template.id, number], version);
  return version;
}

const describeVersion = (
  template: LaunchTemplateRecord,
  { number, description, createdMs, createdBy, content }: TemplateVersionRecord,
): EC2.LaunchTemplateVersion => ({
  LaunchTemplateId: template.id,
  LaunchTemplateName: template.name,
  VersionNumber: number,
  ...(description !== undefined && { VersionDescription: description }),
  CreateTime: new Date(createdMs),
  CreatedBy: createdBy,
  DefaultVersion: number === template.defaultVersion,
  // What is asked of a template is what it says of itself.
  LaunchTemplateData: content as EC2.ResponseLaunchTemplateData,
  Operator: { Managed: false },
});

/** Those of one template, or the latest and default ones of all. */
function versionsMeant(
  input: EC2.DescribeLaunchTemplateVersionsRequest & TemplateName,
  ctx: Context,
): EC2.LaunchTemplateVersion[] {
  const { Versions = [] } = input;
  const least = input.MinVersion === undefined ? 0 : versionNumber(input.MinVersion);
  const most = input.MaxVersion === undefined ? Infinity : versionNumber(input.MaxVersion);
  const named = input.LaunchTemplateId ?? input.LaunchTemplateName;
  const templates =
    named === undefined ? among(launchTemplates, ctx, () => true) : [findTemplate(input, ctx)];
  return templates.flatMap((template) => {
    const versions = Versions.length
      ? Versions.flatMap((version) => {
          try {
            return [findVersion(template, version, ctx)];
          } catch (error) {
            // Of all templates, those that have the version are told.
            if (named !== undefined || !isMissing(error)) throw error;
            return [];
          }
        })
      : versionsOf(template, ctx).reverse();
    return versions
      .filter(({ number }) => number >= least && number <= most)
      .map((version) => describeVersion(template, version));
  });
}

const isMissing = (error: unknown): boolean =>
  (error as { code?: string }).code === launchTemplateVersionNotFound("", "").code;

const VERSION_FILTERS: FilterPaths<EC2.LaunchTemplateVersion> = {
  "create-time": ({ CreateTime }) => CreateTime?.toISOString(),
  "ebs-optimized": "LaunchTemplateData.EbsOptimized",
  "iam-instance-profile": "LaunchTemplateData.IamInstanceProfile.Name",
  "image-id": "LaunchTemplateData.ImageId",
  "instance-type": "LaunchTemplateData.InstanceType",
  "is-default-version": "DefaultVersion",
  "kernel-id": "LaunchTemplateData.KernelId",
  "ram-disk-id": "LaunchTemplateData.RamDiskId",
};
