import { type Catalog, type CatalogEntry, keptResource } from "../aws/catalog.ts";
import { page } from "../aws/page.ts";
import { json } from "../core/http.ts";
import type { AdminRoute } from "../core/service.ts";
import { glob } from "../faults/glob.ts";
import { BadRequest } from "./router.ts";

const PAGE_SIZE = 1000;

/** `GET /_squall/resources`: every resource of every service, with filters. */
export function resourceRoutes(catalog: Catalog): AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/_squall/resources",
      handle(request) {
        const query = new URLSearchParams(request.query);
        const size = Number(query.get("limit") ?? PAGE_SIZE);
        if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE)
          throw new BadRequest(`limit is a whole number from 1 to ${PAGE_SIZE}.`);
        const token = query.get("nextToken") ?? undefined;
        query.delete("nextToken");
        const found = page(wanted(catalog, query), ({ arn }) => [arn], {
          size,
          token,
          query: query.toString(),
          refuse: () => new BadRequest("nextToken is the token of another question."),
        });
        return json(200, {
          resources: found.items.map(shown),
          ...(found.nextToken && { nextToken: found.nextToken }),
        });
      },
    },
  ];
}

/** `?service=&type=&account=&region=&arn=&tag=key=value`: names may be globs; several tags must all be there. */
function wanted(catalog: Catalog, query: URLSearchParams): CatalogEntry[] {
  const fits = (name: string) => glob(query.get(name) ?? "*");
  const [service, type, arn] = [fits("service"), fits("type"), fits("arn")];
  const tags = query.getAll("tag").map((text) => text.split("=", 2) as [string, string?]);
  const kept = catalog.everything(
    (candidate) =>
      service(candidate.service) &&
      (type(candidate.name) || type(candidate.cfn ?? "") || type(candidate.fis ?? "")),
  );
  return [...kept].filter(
    (resource) =>
      arn(resource.arn) &&
      isIn(resource, query) &&
      tags.every(([key, value]) =>
        value === undefined ? key in resource.tags : resource.tags[key] === value,
      ),
  );
}

/** A resource of no region (a role, a dashboard) is in every region. */
function isIn({ place }: CatalogEntry, query: URLSearchParams): boolean {
  const account = query.get("account");
  const region = query.get("region");
  return (
    (account === null || place.account === account) &&
    (region === null || place.region === region || place.region === "global")
  );
}

function shown(entry: CatalogEntry) {
  const { tagging: _, ...resource } = keptResource(entry);
  return resource;
}
