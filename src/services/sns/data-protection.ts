import type { Handlers, ServiceHost } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { invalidParameter } from "./errors.ts";
import { topicAt } from "./topic.ts";

const MAX_POLICY_CHARACTERS = 30_720;

/** @throws AwsError when the text is no policy */
export function checkDataProtectionPolicy(text: string): void {
  if (text === "") return;
  if (text.length > MAX_POLICY_CHARACTERS) throw invalidParameter("DataProtectionPolicy");
  try {
    const policy = JSON.parse(text);
    if (typeof policy === "object" && policy !== null && Array.isArray(policy.Statement)) return;
  } catch {
    // Refused below.
  }
  throw invalidParameter("DataProtectionPolicy");
}

/** Data protection policies are kept and given back; messages are not scanned. */
export const dataProtection = (host: ServiceHost): Handlers<SNS.Operations> => ({
  GetDataProtectionPolicy(input) {
    const { topic } = topicAt(host, input.ResourceArn, "ResourceArn");
    return { DataProtectionPolicy: topic.dataProtectionPolicy ?? "" };
  },

  PutDataProtectionPolicy(input) {
    const { topic, topics } = topicAt(host, input.ResourceArn, "ResourceArn");
    checkDataProtectionPolicy(input.DataProtectionPolicy);
    topics.put([topic.name], { ...topic, dataProtectionPolicy: input.DataProtectionPolicy });
  },
});
