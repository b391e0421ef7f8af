type Environment = Readonly<Record<string, string | undefined>>;

/** An environment variable as LocalStack's are: its name may carry the prefix `LOCALSTACK_`, and an empty one is none. */
export const variableOf = (environment: Environment, name: string): string | undefined =>
  environment[name] || environment[`LOCALSTACK_${name}`] || undefined;

export const isOn = (environment: Environment, name: string): boolean =>
  /^(1|true|yes|on)$/i.test(variableOf(environment, name) ?? "");
