import { tagList } from "../../../aws/tags.ts";
import { defineCollection } from "../../../core/storage.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import {
  launchTemplateMalformed,
  launchTemplateNameNotFound,
  launchTemplateNotFound,
  launchTemplateVersionMalformed,
  launchTemplateVersionNotFound,
  missingParameter,
} from "../errors.ts";
import { type At, among, find, type Kept, type Kind } from "../kind.ts";

export interface LaunchTemplateRecord extends Kept {
  readonly name: string;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly defaultVersion: number;
  readonly latestVersion: number;
}

export interface TemplateVersionRecord {
  readonly number: number;
  readonly description?: string;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly content: EC2.RequestLaunchTemplateData;
}

/** By template and number. */
export const templateVersions = defineCollection<TemplateVersionRecord>({ name: "launch-template-versions" });

export const launchTemplates: Kind<LaunchTemplateRecord, EC2.LaunchTemplate> = {
  type: "launch-template",
  prefix: "lt",
  collection: defineCollection<LaunchTemplateRecord>({ name: "launch-templates" }),
  notFound: launchTemplateNotFound,
  malformed: launchTemplateMalformed,
  describe: (template) => ({
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createdMs),
    CreatedBy: template.createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.latestVersion,
    Operator: { Managed: false },
    Tags: tagList(template.tags),
  }),
  filters: {
    "create-time": ({ CreateTime }) => CreateTime?.toISOString(),
    "launch-template-id": "LaunchTemplateId",
    "launch-template-name": "LaunchTemplateName",
  },
};

/** What names a template. */
export interface TemplateName {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
}

/** @throws InvalidLaunchTemplateId.NotFound, InvalidLaunchTemplateName.NotFoundException */
export function findTemplate(
  { LaunchTemplateId, LaunchTemplateName }: TemplateName,
  at: At,
): LaunchTemplateRecord {
  if (LaunchTemplateId !== undefined) return find(launchTemplates, LaunchTemplateId, at);
  if (LaunchTemplateName === undefined) throw missingParameter("LaunchTemplateId or LaunchTemplateName");
  const [template] = among(launchTemplates, at, ({ name }) => name === LaunchTemplateName);
  if (!template) throw launchTemplateNameNotFound(LaunchTemplateName);
  return template;
}

/** @throws InvalidLaunchTemplateVersion for what is no number */
export function versionNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw launchTemplateVersionMalformed();
  return Number(text);
}

/** A version by its number, `$Latest` or `$Default`. @throws InvalidLaunchTemplateVersion, InvalidLaunchTemplateId.VersionNotFound */
export function findVersion(
  template: LaunchTemplateRecord,
  version: string | undefined,
  { store }: At,
): TemplateVersionRecord {
  const number =
    version === undefined || version === "" || version === "$Default"
      ? template.defaultVersion
      : version === "$Latest"
        ? template.latestVersion
        : versionNumber(version);
  const found = store.collection(templateVersions).get([template.id, number]);
  if (!found) throw launchTemplateVersionNotFound(String(version), template.id);
  return found;
}

export const versionsOf = ({ id }: Kept, { store }: At): TemplateVersionRecord[] => [
  ...store.collection(templateVersions).values({ prefix: [id] }),
];

/** What is asked for, with what a launch template has for what it does not say. */
export function withTemplate(input: EC2.RunInstancesRequest, at: At): EC2.RunInstancesRequest {
  const { LaunchTemplate, ...asked } = input;
  if (!LaunchTemplate) return input;
  const template = findTemplate(LaunchTemplate, at);
  const { content } = findVersion(template, LaunchTemplate.Version, at);
  const {
    NetworkInterfaces,
    SecurityGroupIds,
    SecurityGroups,
    TagSpecifications,
    RamDiskId: _,
    ...rest
  } = content;
  const merged: Record<string, unknown> = { ...rest, ...asked };
  if (asked.NetworkInterfaces === undefined) {
    if (NetworkInterfaces?.length) {
      // A subnet that is asked for goes to the first interface of the template.
      const { SubnetId } = asked;
      merged["NetworkInterfaces"] = NetworkInterfaces.map((one, n) =>
        n === 0 && SubnetId !== undefined ? { ...one, SubnetId } : one,
      );
      delete merged["SubnetId"];
    } else if (asked.SecurityGroupIds === undefined && asked.SecurityGroups === undefined) {
      if (SecurityGroupIds) merged["SecurityGroupIds"] = SecurityGroupIds;
      if (SecurityGroups) merged["SecurityGroups"] = SecurityGroups;
    }
  }
  merged["TagSpecifications"] = [
    ...tagsBeside(TagSpecifications, asked.TagSpecifications),
    ...(asked.TagSpecifications ?? []),
  ];
  // A template says what RunInstances takes, member by member.
  return merged as unknown as EC2.RunInstancesRequest;
}

/** AWS's own tags, which say which template an instance comes from. */
export function templateTagsOf({ LaunchTemplate }: EC2.RunInstancesRequest, at: At): Record<string, string> {
  if (!LaunchTemplate) return {};
  const template = findTemplate(LaunchTemplate, at);
  const { number } = findVersion(template, LaunchTemplate.Version, at);
  return { "aws:ec2launchtemplate:id": template.id, "aws:ec2launchtemplate:version": String(number) };
}

/** Tags of the template, but those that are given otherwise. */
function tagsBeside(
  ofTemplate: EC2.LaunchTemplateTagSpecificationRequestList = [],
  given: EC2.TagSpecificationList = [],
): EC2.TagSpecificationList {
  return ofTemplate.flatMap(({ ResourceType, Tags = [] }) => {
    const keys = given
      .filter((one) => one.ResourceType === ResourceType)
      .flatMap(({ Tags: more = [] }) => more.map(({ Key }) => Key));
    const left = Tags.filter(({ Key }) => !keys.includes(Key));
    return left.length > 0 ? [{ ...(ResourceType && { ResourceType }), Tags: left }] : [];
  });
}
