import { type HttpRequest, json } from "../../../core/http.ts";
import type { AdminRoute } from "../../../core/service.ts";
import type { InstanceMachine, Machines, NewInstance } from "./machines.ts";

const DEFAULT_ACCOUNT = "000000000000";
const DEFAULT_REGION = "us-east-1";

/** `squall instance` is a client of these. */
export const instanceRoutes = (machines: Machines): AdminRoute[] => [
  {
    method: "GET",
    path: "/_squall/instances",
    handle: () => json(200, { instances: [...machines.all()].map(shown) }),
  },
  {
    method: "POST",
    path: "/_squall/instances",
    handle(request) {
      const given = newInstance(request);
      if (typeof given === "string") return json(400, { message: given });
      const isTaken = [...machines.all()].some(
        ({ instance }) =>
          instance.name === given.name &&
          instance.account === given.account &&
          instance.region === given.region,
      );
      if (isTaken) return json(409, { message: `There is an instance ${given.name}.` });
      return json(201, shown(machines.add(given)));
    },
  },
  {
    method: "DELETE",
    path: "/_squall/instances/:id",
    handle(_, { id = "" }) {
      const machine = [...machines.all()].find(({ instance }) => instance.id === id || instance.name === id);
      if (!machine) return json(404, { message: `There is no instance ${id}.` });
      machines.remove(machine);
      return json(200, shown(machine));
    },
  },
];

const shown = ({ instance, ended }: InstanceMachine) => {
  const { id, name, account, region, command, role, memoryMB, tags } = instance;
  return {
    id,
    name,
    account,
    region,
    command,
    role,
    ...(memoryMB !== undefined && { memoryMB }),
    tags,
    state: ended ?? "running",
  };
};

/** What is asked for, or what is wrong with it. */
function newInstance(request: HttpRequest): NewInstance | string {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(Buffer.from(request.body).toString("utf8")) as Record<string, unknown>;
  } catch {
    return "The body is to be JSON: name, command, and what else there is to say of the instance.";
  }
  const {
    name,
    command,
    cwd = process.cwd(),
    environment = {},
    account,
    region,
    role,
    memoryMB,
    tags = {},
  } = given;
  if (typeof name !== "string" || !/^[\w.-]{1,63}$/.test(name))
    return "name is to be 1 to 63 letters, digits, dots, dashes and underscores.";
  if (!Array.isArray(command) || command.length === 0 || !command.every(isText))
    return "command is to be a list of texts: a program and its arguments.";
  if (!isText(cwd)) return "cwd is to be a folder.";
  if (!areTexts(environment) || !areTexts(tags))
    return "environment and tags are to be texts by their names.";
  if (memoryMB !== undefined && !(typeof memoryMB === "number" && memoryMB > 0))
    return "memoryMB is to be a number above 0.";
  return {
    name,
    command,
    cwd,
    environment,
    account: isText(account) ? account : DEFAULT_ACCOUNT,
    region: isText(region) ? region : DEFAULT_REGION,
    ...(isText(role) && { role }),
    ...(memoryMB !== undefined && { memoryMB }),
    tags,
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const areTexts = (value: unknown): value is Record<string, string> =>
  typeof value === "object" && value !== null && Object.values(value).every(isText);
