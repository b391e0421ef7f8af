import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type * as ECS from "../../../models/generated/ecs.ts";
import { isProgram } from "../../../processes/programs-on-path.ts";

/** What an image runs on this machine, by the image's name as definitions have it. */
export type ImageCommands = ReadonlyMap<string, string>;

/** `nginx:alpine=python3 -m http.server 80; shop=node /srv/shop.js`, as the setting has it. */
export function imageCommands(setting: string): ImageCommands {
  const commands = new Map<string, string>();
  for (const entry of setting.split(";")) {
    const equals = entry.indexOf("=");
    if (equals > 0) commands.set(entry.slice(0, equals).trim(), entry.slice(equals + 1).trim());
  }
  return commands;
}

/** What a container runs here, or undefined when there is nothing that this machine could run. */
export function commandOf(
  container: Pick<ECS.ContainerDefinition, "image" | "entryPoint" | "command">,
  command: readonly string[] | undefined,
  images: ImageCommands,
): readonly string[] | undefined {
  const given = [...(container.entryPoint ?? []), ...(command ?? container.command ?? [])];
  if (given[0] !== undefined && isThere(given[0])) return given;
  const image = container.image ?? "";
  // `docker.io/library/nginx:alpine` is also `nginx:alpine` and `nginx`.
  const short = image.split("/").at(-1) ?? image;
  const mapped = images.get(image) ?? images.get(short) ?? images.get(short.split(/[:@]/)[0] ?? short);
  return mapped === undefined ? undefined : ["/bin/sh", "-c", mapped];
}

/** How to have a container run that cannot. */
export const howToRun = ({ name = "", image = "" }: ECS.ContainerDefinition): string =>
  `Squall runs containers as processes of this machine and pulls no images: container '${name}' has no command that exists here. ` +
  `Give it a command (or entryPoint) that this machine has, or start Squall with --ecs-image '${image}=COMMAND'.`;

function isThere(program: string): boolean {
  if (isAbsolute(program)) return isProgram(program);
  if (program.includes("/")) return existsSync(program);
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => isProgram(join(folder, program)));
}
