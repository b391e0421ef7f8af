import { named } from "../../../core/named.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type * as SSM from "../../../models/generated/ssm.ts";
import { runningInstances } from "../../../processes/running-instances.ts";
import { actorOf, type ExecutionRecord } from "./execution.ts";
import type { FleetTarget } from "./fleet.ts";

/** What an automation with targets is to run on by now. @throws AwsError of the services that are asked, Error when nothing is found */
export async function resolvedTargets(execution: ExecutionRecord, host: ServiceHost): Promise<FleetTarget[]> {
  const { parameterName = "", targets = [], targetMaps } = execution.fleet ?? {};
  if (targetMaps)
    return targetMaps.map((map) => ({
      name: (map[parameterName] ?? Object.values(map)[0] ?? [])[0] ?? "",
      parameters: { ...named<string[]>(), ...map },
    }));
  const found = await Promise.all(targets.map((target) => valuesOf(target, execution, host)));
  // Several keys narrow each other down.
  const [first = [], ...others] = found;
  const values = [...new Set(first)].filter((value) => others.every((other) => other.includes(value)));
  if (values.length === 0) throw new Error("No targets were found for the automation.");
  return values.map((name) => ({ name, parameters: { [parameterName]: [name] } }));
}

interface Resource {
  readonly ResourceArn?: string;
  readonly ResourceType?: string;
}

async function valuesOf(
  { Key = "", Values = [] }: SSM.Target,
  execution: ExecutionRecord,
  host: ServiceHost,
): Promise<readonly string[]> {
  const { account, region, documentName, fleet } = execution;
  if (Key === "ParameterValues") return Values;
  if (Key === "AWS::EC2::Instance") {
    const all = runningInstances(host).in({ account, region });
    return all.map(({ id }) => id).filter((id) => Values.includes("*") || Values.includes(id));
  }
  // `/AWS::EC2::Instance`; `/` is any.
  const type = fleet?.targetType?.replace(/^\//, "") ?? "";
  const as = { account, region, as: actorOf(execution), origin: `automation(${documentName})` };
  const ask = async (operation: string, input: object) => {
    const all: Resource[] = [];
    let NextToken: string | undefined;
    do {
      const page = await host.call<{ ResourceIdentifiers?: readonly Resource[]; NextToken?: string }>(
        "resource-groups",
        operation,
        { ...input, NextToken },
        as,
      );
      all.push(...(page.ResourceIdentifiers ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return all;
  };
  const asked =
    Key === "ResourceGroup"
      ? await Promise.all(Values.map((Group) => ask("ListGroupResources", { Group })))
      : [await ask("SearchResources", { ResourceQuery: queryOf(Key.slice("tag:".length), Values, type) })];
  return asked
    .flat()
    .filter(({ ResourceType }) => type === "" || ResourceType === type)
    .map(({ ResourceArn = "" }) => ResourceArn.split(/[/:]/).at(-1) ?? ResourceArn);
}

const queryOf = (key: string, Values: readonly string[], type: string) => ({
  Type: "TAG_FILTERS_1_0",
  Query: JSON.stringify({
    ResourceTypeFilters: [type === "" ? "AWS::AllSupported" : type],
    TagFilters: [{ Key: key, Values }],
  }),
});
