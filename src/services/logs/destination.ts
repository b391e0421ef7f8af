import { defineCollection } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";

/** Key: [name]. The values are what DescribeDestinations answers. */
export const destinationCollection = defineCollection<Logs.Destination & { readonly targetArn: string }>({
  name: "destinations",
});
