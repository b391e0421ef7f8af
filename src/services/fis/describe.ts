import type { ActionParameter, FisAction } from "./action.ts";

/** The actions as the guide's table: whether and how they act, on what, and with which parameters. */
export function actionsTable(actions: Iterable<FisAction>): string {
  const rows = [...actions].map(({ id, start, how, targets = {}, parameters }) => {
    const on = Object.entries(targets).map(([key, type]) => `${key}: \`${type}\``);
    const takes = Object.entries(parameters).map(([name, parameter]) => parameterText(name, parameter));
    return `| \`${id}\` | ${actsText(start !== undefined, how)} | ${on.join("<br>") || "none"} | ${takes.join(", ") || "none"} |`;
  });
  return ["| Action | | Targets | Parameters (**required**) |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}

function actsText(acts: boolean, how: string | undefined): string {
  if (!acts) return "not yet";
  return how === undefined ? "acts" : `acts: ${how}`;
}

function parameterText(name: string, { required }: ActionParameter): string {
  return required ? `**${name}**` : name;
}
