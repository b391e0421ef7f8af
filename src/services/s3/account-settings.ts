import { defineCollection, type Store } from "../../core/storage.ts";

/** What a public access block says, of a bucket, an access point or a whole account. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export interface AccessBlock {
  readonly BlockPublicAcls?: boolean;
  readonly IgnorePublicAcls?: boolean;
  readonly BlockPublicPolicy?: boolean;
  readonly RestrictPublicBuckets?: boolean;
}

/** What holds for all buckets of an account, by name. */
const accountSettings = defineCollection<AccessBlock>({ name: "account-settings" });

const KEY = ["publicAccessBlock"] as const;

/** @param store the account's */
export const accountBlockOf = (store: Store): AccessBlock | undefined =>
  store.collection(accountSettings).get([...KEY]);

export function setAccountBlock(store: Store, block: AccessBlock | undefined): void {
  const settings = store.collection(accountSettings);
  if (block === undefined) settings.delete([...KEY]);
  else settings.put([...KEY], block);
}
