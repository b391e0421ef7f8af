import { defineCollection } from "../../core/storage.ts";

/** An app at a push notification service. */
export interface PlatformApplication {
  readonly arn: string;
  readonly name: string;
  readonly platform: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Key: [platform, name]. */
export const platformApplicationCollection = defineCollection<PlatformApplication>({
  name: "platform-applications",
});
