import { byId, type Call, type ListCase } from "../lists.ts";

type Output = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
interface Named {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

const named = (ResourceType: string, name: string) => [
  { ResourceType, Tags: [{ Key: "Name", Value: name }] },
];
const nameOf = ({ Tags }: Named) => Tags?.find(({ Key }) => Key === "Name")?.Value;

async function launched(call: Call, name: string): Promise<string> {
  const { Instances } = (await call("RunInstances", {
    ImageId: "ami-1",
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: named("instance", name),
  })) as { Instances: { InstanceId: string }[] };
  return Instances[0]!.InstanceId;
}
const terminate = (call: Call, id: string) => call("TerminateInstances", { InstanceIds: [id] });
/** What has been terminated is shown for a while. */
const isGone = ({ Name }: { Name: string }) => Name === "terminated" || Name === "shutting-down";

const paged = (operation: string, items: ListCase["items"]) =>
  ({
    service: "ec2",
    operation,
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items,
    least: 5,
  }) as const;

/** The status of an instance does not say what it is called. */
function statuses(): ListCase {
  const names = new Map<string, string>();
  return {
    ...paged("DescribeInstanceStatus", "InstanceStatuses"),
    input: () => ({ IncludeAllInstances: true }),
    ...byId(async (call, name) => {
      const id = await launched(call, name);
      names.set(id, name);
      return id;
    }, terminate),
    nameOf: ({ InstanceId, InstanceState }: { InstanceId: string; InstanceState: { Name: string } }) =>
      isGone(InstanceState) ? undefined : names.get(InstanceId),
  };
}

export const lists: readonly ListCase[] = [
  {
    ...paged("DescribeInstances", ({ Reservations }: { Reservations: { Instances: unknown[] }[] }) =>
      Reservations.flatMap(({ Instances }) => Instances),
    ),
    ...byId(launched, terminate),
    nameOf: (instance: Named & { State: { Name: string } }) =>
      isGone(instance.State) ? undefined : nameOf(instance),
  },
  statuses(),
  {
    ...paged("DescribeVolumes", "Volumes"),
    ...byId(
      async (call, name) =>
        String(
          (
            await call("CreateVolume", {
              AvailabilityZone: "us-east-1a",
              Size: 1,
              TagSpecifications: named("volume", name),
            })
          )["VolumeId"],
        ),
      (call, VolumeId) => call("DeleteVolume", { VolumeId }),
    ),
    nameOf,
  },
  {
    ...paged("DescribeLaunchTemplates", "LaunchTemplates"),
    add: (call, LaunchTemplateName) =>
      call("CreateLaunchTemplate", { LaunchTemplateName, LaunchTemplateData: {} }),
    remove: (call, LaunchTemplateName) => call("DeleteLaunchTemplate", { LaunchTemplateName }),
    nameOf: ({ LaunchTemplateName }: { LaunchTemplateName: string }) => LaunchTemplateName,
  },
  {
    ...paged("DescribeLaunchTemplateVersions", "LaunchTemplateVersions"),
    input: () => ({ LaunchTemplateName: "versions" }),
    prepare: (call) =>
      call("CreateLaunchTemplate", { LaunchTemplateName: "versions", LaunchTemplateData: {} }),
    ...byId(
      async (call, VersionDescription) => {
        const { LaunchTemplateVersion } = (await call("CreateLaunchTemplateVersion", {
          LaunchTemplateName: "versions",
          VersionDescription,
          LaunchTemplateData: {},
        })) as Output;
        return String(LaunchTemplateVersion!["VersionNumber"]);
      },
      (call, version) =>
        call("DeleteLaunchTemplateVersions", { LaunchTemplateName: "versions", Versions: [version] }),
    ),
    nameOf: ({ VersionDescription }: { VersionDescription?: string }) => VersionDescription,
  },
  {
    ...paged("DescribeSpotInstanceRequests", "SpotInstanceRequests"),
    ...byId(
      async (call, name) => {
        const { SpotInstanceRequests } = (await call("RequestSpotInstances", {
          LaunchSpecification: { ImageId: "ami-1" },
          TagSpecifications: named("spot-instances-request", name),
        })) as { SpotInstanceRequests: { SpotInstanceRequestId: string }[] };
        return SpotInstanceRequests[0]!.SpotInstanceRequestId;
      },
      (call, id) => call("CancelSpotInstanceRequests", { SpotInstanceRequestIds: [id] }),
    ),
    nameOf: (request: Named & { State: string }) =>
      request.State === "cancelled" ? undefined : nameOf(request),
  },
  {
    ...paged("DescribeImages", "Images"),
    nameOf: ({ ImageId }: { ImageId: string }) => ImageId,
  },
  {
    ...paged("DescribeInstanceTypes", "InstanceTypes"),
    nameOf: ({ InstanceType }: { InstanceType: string }) => InstanceType,
  },
  {
    ...paged("DescribeInstanceTypeOfferings", "InstanceTypeOfferings"),
    nameOf: ({ InstanceType }: { InstanceType: string }) => InstanceType,
  },
];
