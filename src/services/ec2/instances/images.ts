import type { Context, Handlers } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { pageBy } from "../describing.ts";
import { imageMalformed, imageNotFound } from "../errors.ts";
import { type FilterPaths, filtering } from "../filters.ts";
import { imagesIn } from "./image.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
export const imageOperations: Handlers<EC2.Operations> = {
  DescribeImages(input, ctx) {
    const { ImageIds = [], Owners = [], ExecutableUsers = [] } = input;
    const there = imagesIn(ctx.region);
    const malformed = ImageIds.find((id) => !/^ami-[0-9a-z]+$/.test(id));
    if (malformed !== undefined) throw imageMalformed(malformed);
    const unknown = ImageIds.filter((id) => !there.some((image) => image.id === id));
    if (unknown.length > 0) throw imageNotFound(unknown);
    const isTheirs = ExecutableUsers.length === 0 || ExecutableUsers.includes("all");
    const images = there
      .filter(({ id }) => ImageIds.length === 0 || ImageIds.includes(id))
      .map(({ described }) => described)
      .filter((image) => isTheirs && isOwned(image, Owners, ctx))
      .filter(filtering(input.Filters, FILTERS));
    // Two names may be of one kernel, and so of one image's name: the id tells them apart.
    const { items, nextToken } = pageBy(images, ({ ImageId }) => ImageId ?? "", input, [
      ctx.operation,
      ImageIds,
    ]);
    return { Images: items, NextToken: nextToken };
  },
};

const isOwned = ({ OwnerId, ImageOwnerAlias }: EC2.Image, owners: readonly string[], { account }: Context) =>
  owners.length === 0 ||
  owners.some(
    (owner) => owner === OwnerId || owner === ImageOwnerAlias || (owner === "self" && OwnerId === account),
  );

const FILTERS: FilterPaths<EC2.Image> = {
  architecture: "Architecture",
  "block-device-mapping.delete-on-termination": "BlockDeviceMappings.Ebs.DeleteOnTermination",
  "block-device-mapping.device-name": "BlockDeviceMappings.DeviceName",
  "block-device-mapping.encrypted": "BlockDeviceMappings.Ebs.Encrypted",
  "block-device-mapping.volume-size": "BlockDeviceMappings.Ebs.VolumeSize",
  "block-device-mapping.volume-type": "BlockDeviceMappings.Ebs.VolumeType",
  "creation-date": "CreationDate",
  description: "Description",
  "ena-support": "EnaSupport",
  hypervisor: "Hypervisor",
  "image-id": "ImageId",
  "image-type": "ImageType",
  "is-public": "Public",
  "manifest-location": "ImageLocation",
  name: "Name",
  "owner-alias": "ImageOwnerAlias",
  "owner-id": "OwnerId",
  platform: "Platform",
  "platform-details": "PlatformDetails",
  "root-device-name": "RootDeviceName",
  "root-device-type": "RootDeviceType",
  state: "State",
  "virtualization-type": "VirtualizationType",
};
