import { defineCollection } from "../../core/storage.ts";

export interface MfaDeviceRecord {
  /** Its ARN. */
  readonly serial: string;
  readonly userName?: string;
  readonly enabledAtMs?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Virtual MFA devices by serial number. */
export const mfaDevices = defineCollection<MfaDeviceRecord>({ name: "mfa-devices" });
