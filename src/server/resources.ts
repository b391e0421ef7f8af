import { type Catalog, type CatalogEntry, keptResource } from "../aws/catalog.ts";
import { type Page, type PageRequest, paging } from "../aws/page.ts";
import type { ResourceType } from "../aws/resource.ts";
import { longJson } from "../core/http.ts";
import type { AdminRoute } from "../core/service.ts";
import { type Unhurried, unhurriedAside } from "../core/unhurried.ts";
import { glob } from "../faults/glob.ts";
import { BadRequest } from "./router.ts";

const PAGE_SIZE = 1000;

/** `GET /_squall/resources`: every resource of every service, with filters. */
export function resourceRoutes(catalog: Catalog): AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/_squall/resources",
      async handle(request) {
        const query = new URLSearchParams(request.query);
        const size = Number(query.get("limit") ?? PAGE_SIZE);
        if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE)
          throw new BadRequest(`limit is a whole number from 1 to ${PAGE_SIZE}.`);
        const token = query.get("nextToken") ?? undefined;
        query.delete("nextToken");
        const asked = {
          size,
          token,
          query: query.toString(),
          refuse: () => new BadRequest("nextToken is the token of another question."),
        };
        const found = await unhurriedAside(pageOfWanted(catalog, query, asked));
        return longJson({
          resources: found.items.map(shown),
          ...(found.nextToken && { nextToken: found.nextToken }),
        });
      },
    },
  ];
}

function* pageOfWanted(
  catalog: Catalog,
  query: URLSearchParams,
  asked: PageRequest,
): Unhurried<Page<CatalogEntry>> {
  const { isKind, isWanted } = wanted(query);
  const found: CatalogEntry[] = [];
  for (const entry of catalog.everything(isKind)) {
    if (isWanted(entry)) found.push(entry);
    yield;
  }
  return yield* paging(found, ({ arn }) => [arn], asked);
}

/** `?service=&type=&account=&region=&arn=&tag=key=value`: names may be globs; several tags must all be there. */
function wanted(query: URLSearchParams) {
  const fits = (name: string) => glob(query.get(name) ?? "*");
  const [service, type, arn] = [fits("service"), fits("type"), fits("arn")];
  const tags = query.getAll("tag").map((text) => text.split("=", 2) as [string, string?]);
  return {
    isKind: (candidate: ResourceType) =>
      service(candidate.service) &&
      (type(candidate.name) || type(candidate.cfn ?? "") || type(candidate.fis ?? "")),
    isWanted: (resource: CatalogEntry) =>
      arn(resource.arn) &&
      isIn(resource, query) &&
      tags.every(([key, value]) =>
        value === undefined ? Object.hasOwn(resource.tags, key) : resource.tags[key] === value,
      ),
  };
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
