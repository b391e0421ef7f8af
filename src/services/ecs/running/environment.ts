import type * as ECS from "../../../models/generated/ecs.ts";

/** What the variables of a container are made of. */
export interface VariableSources {
  readonly region: string;
  /** `http://127.0.0.1:4566` */
  readonly endpointUrl: string;
  readonly credentialsUrl: string;
  readonly token: string;
  readonly metadataUrl: string;
  readonly temporary: string;
  /** By the container's port: on which its process is to listen. */
  readonly ports: ReadonlyMap<number, number>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly given: readonly ECS.KeyValuePair[];
}

/**
 * The variables of a container, the user's own last. The developer's own environment does not leak in: no HOME, so that no SDK
 * finds real credentials in `~/.aws`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
 */
export function containerVariables(from: VariableSources): Record<string, string> {
  const [first] = from.ports.values();
  return {
    PATH: process.env["PATH"] ?? "",
    LANG: "en_US.UTF-8",
    TMPDIR: from.temporary,
    AWS_REGION: from.region,
    AWS_DEFAULT_REGION: from.region,
    AWS_ENDPOINT_URL: from.endpointUrl,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: from.credentialsUrl,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: from.token,
    ECS_CONTAINER_METADATA_URI_V4: from.metadataUrl,
    ECS_CONTAINER_METADATA_URI: from.metadataUrl,
    // A network namespace of its own takes root: two tasks cannot both have port 80.
    ...(first !== undefined && { PORT: String(first) }),
    ...Object.fromEntries([...from.ports].map(([port, back]) => [`PORT_${port}`, String(back)])),
    ...Object.fromEntries(from.given.map(({ name = "", value = "" }) => [name, value])),
    ...from.secrets,
  };
}
