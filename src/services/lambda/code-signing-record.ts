import { defineCollection } from "../../core/storage.ts";
import type * as Api from "../../models/generated/lambda.ts";

export interface CodeSigningConfigRecord {
  readonly config: Api.CodeSigningConfig;
  readonly tags?: Readonly<Record<string, string>>;
}

/** By [id]. */
export const codeSigningConfigs = defineCollection<CodeSigningConfigRecord>({ name: "code-signing-configs" });
