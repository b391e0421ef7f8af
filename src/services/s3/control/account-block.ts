import type { Handlers } from "../../../core/service.ts";
import type * as S3Control from "../../../models/generated/s3control.ts";
import { accountBlockOf, setAccountBlock } from "../account-settings.ts";
import { malformedXml } from "../errors.ts";
import { completeAccessBlock, publicAccessBlock } from "../setting-checks.ts";
import { checkAccount } from "./account.ts";
import { noAccountBlock } from "./errors.ts";

/** What is blocked in all buckets of an account: https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html and its neighbours */
export const accountBlock: Handlers<S3Control.Operations> = {
  PutPublicAccessBlock(input, ctx) {
    checkAccount(input, ctx);
    const { PublicAccessBlockConfiguration: block } = input;
    if (block === undefined) throw malformedXml();
    publicAccessBlock(block);
    setAccountBlock(ctx.store, completeAccessBlock(block));
  },

  GetPublicAccessBlock(input, ctx) {
    checkAccount(input, ctx);
    const block = accountBlockOf(ctx.store);
    if (block === undefined) throw noAccountBlock(ctx.account);
    return { PublicAccessBlockConfiguration: block };
  },

  DeletePublicAccessBlock(input, ctx) {
    checkAccount(input, ctx);
    setAccountBlock(ctx.store, undefined);
  },
};
