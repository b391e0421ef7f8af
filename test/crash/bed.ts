/** What lanes are made with. */
export interface Bed {
  /** Of SDK clients: no attempt is made twice. */
  readonly options: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  readonly dataDir: string;
}

export const ACCOUNT = "000000000000";
export const REGION = "us-east-1";

export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

export const bedOf = (endpoint: string, dataDir: string): Bed => ({
  options: {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" },
    maxAttempts: 1,
  },
  dataDir,
});
