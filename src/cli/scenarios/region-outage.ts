import { common, type Scenario } from "./scenario.ts";

/** What answers plain HTTP of an application's own users: the action takes it only by its name. */
const DATA_PLANES = { "API-Gateway": "execute-api", "Function-URLs": "lambda-url" } as const;

/** A whole Region, for which AWS has no scenario: LocalStack's action takes all services at once. */
export const regionOutage: Scenario = {
  name: "region-outage",
  title: "Region: Outage",
  description:
    "Nothing in a Region answers but with 503, neither its services nor the APIs and functions there, to whoever asks; FIS alone goes on.",
  tags: [],
  template(choice) {
    const { region, duration = "PT30M" } = choice;
    const failing = (service?: string) => ({
      actionId: "localstack:generic:api-error",
      parameters: {
        region,
        ...(service !== undefined && { service }),
        exception: "ServiceUnavailable",
        errorCode: "503",
        duration,
      },
    });
    const planes = Object.entries(DATA_PLANES).map(([name, service]) => [name, failing(service)]);
    return {
      ...common(this.title, choice),
      description: `Nothing in ${region} answers.`,
      targets: {},
      actions: { Services: failing(), ...Object.fromEntries(planes) },
    };
  },
};
