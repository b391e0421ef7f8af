import type { Service } from "../../../core/service.ts";
import { accessPoints } from "./access-points.ts";
import { accountBlock } from "./account-block.ts";
import { tags } from "./tags.ts";

/** S3 Control: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html */
export const s3control = (): Service => ({
  name: "s3control",
  operations: { ...accountBlock, ...accessPoints, ...tags },
  // It checks in its own order and words, as S3 does.
  validation: { skip: ["required", "length", "range", "pattern", "enum"] },
});
