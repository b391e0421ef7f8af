/** LocalStack's configuration variables that Squall knows and does not follow, each with why. Those of Docker and of accounts are passed over in silence. */
const NOT_FOLLOWED: Readonly<Record<string, string>> = {
  SNAPSHOT_SAVE_STRATEGY: "with a data directory every acknowledged write is kept",
  SNAPSHOT_LOAD_STRATEGY: "with a data directory state is there at once",
  SNAPSHOT_FLUSH_INTERVAL: "with a data directory every acknowledged write is kept",
  EAGER_SERVICE_LOADING: "services load in milliseconds when they are first called",
  SFN_MOCK_CONFIG: "Squall does not serve Step Functions yet",
  DYNAMODB_SHARE_DB: "tables belong to an account and a region, as on AWS",
  DYNAMODB_HEAP_SIZE: "there is no Java in it",
  DYNAMODB_IN_MEMORY: "state is in memory unless --data-dir is given",
  KINESIS_ERROR_PROBABILITY: "use a fault rule: squall faults add error --service kinesis --percentage 30",
  KINESIS_LATENCY: "use a fault rule: squall faults add latency --service kinesis --param ms=500",
  LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC: "queues wake their functions at once",
  LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC: "queues wake their functions at once",
  LAMBDA_TRUNCATE_STDOUT: "logs are whole",
  ENABLE_CONFIG_UPDATES: "settings are made at start",
  USE_SSL: "Squall speaks plain HTTP on loopback",
};

/** One sentence for each variable that is set and not followed. */
export function unfollowedVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(NOT_FOLLOWED)
    .filter(([name]) => environment[name] || environment[`LOCALSTACK_${name}`])
    .map(([name, why]) => `${name} is set, but Squall does not follow it: ${why}.`);
}
