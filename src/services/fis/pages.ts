import { AwsError } from "../../core/aws-error.ts";
import { type HttpRequest, type HttpResponse, json } from "../../core/http.ts";
import type { AdminRoute, ServiceHost } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as FIS from "../../models/generated/fis.ts";
import type { Actions } from "./actions.ts";
import { EXPERIMENTS, experimentOutput } from "./experiment.ts";
import type { Place } from "./ids.ts";
import { reportHtml } from "./report-html.ts";
import { reportMarkdown } from "./report-markdown.ts";
import { reportPdf } from "./report-pdf/report-pdf.ts";
import type { Report, Reports } from "./reports.ts";

const DEFAULT_PLACE: Place = { account: "000000000000", region: "us-east-1" };

/**
 * Experiments of every account and region, for who does not speak AWS: the command line, the dashboard, a browser.
 * What changes anything goes through FIS's own API.
 */
export function pages(host: ServiceHost, actions: Actions, reports: Reports): AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/_squall/experiments",
      handle: () => json(200, { experiments: allExperiments(host) }),
    },
    {
      method: "GET",
      path: "/_squall/actions",
      handle: () => json(200, { actions: actions.all().map(actionPage) }),
    },
    {
      method: "POST",
      path: "/_squall/experiments",
      handle: (request) =>
        answered(async () => {
          const { template, account, region, roleArn } = readJson(request);
          const where = { ...DEFAULT_PLACE, ...(account && { account }), ...(region && { region }) };
          const created = await host.call<FIS.CreateExperimentTemplateResponse>(
            "fis",
            "CreateExperimentTemplate",
            { clientToken: host.random.uuid(), ...template, ...(roleArn && { roleArn }) },
            where,
          );
          const started = await host.call<FIS.StartExperimentResponse>(
            "fis",
            "StartExperiment",
            {
              clientToken: host.random.uuid(),
              experimentTemplateId: created.experimentTemplate?.id,
            },
            where,
          );
          return json(201, withPlace(sure(started.experiment), where)); // It was started.
        }),
    },
    {
      method: "GET",
      path: "/_squall/experiments/:id",
      handle: (_request, { id = "" }) => {
        const report = reports.find(id);
        if (report === undefined) return noSuchExperiment(id);
        return json(200, withPlace(experimentOutput(report.experiment, report.place), report.place));
      },
    },
    {
      method: "DELETE",
      path: "/_squall/experiments/:id",
      handle: (_request, { id = "" }) =>
        answered(async () => {
          const report = reports.find(id);
          if (report === undefined) return noSuchExperiment(id);
          const { experiment } = await host.call<FIS.StopExperimentResponse>(
            "fis",
            "StopExperiment",
            { id },
            report.place,
          );
          return json(200, withPlace(sure(experiment), report.place));
        }),
    },
    {
      method: "GET",
      path: "/_squall/experiments/:id/report",
      handle: (request, { id = "" }) => {
        const report = reports.find(id);
        return report === undefined ? noSuchExperiment(id) : reportPage(request, report);
      },
    },
  ];
}

function allExperiments(host: ServiceHost) {
  return host
    .scopes()
    .flatMap((place) =>
      [...host.store(place.account, place.region).collection(EXPERIMENTS).by("by-number").values()].map(
        (experiment) => withPlace(experimentOutput(experiment, place), place),
      ),
    )
    .sort((a, b) => Number(b.creationTime) - Number(a.creationTime));
}

function withPlace(experiment: FIS.Experiment, place: Place) {
  return { ...experiment, account: place.account, region: place.region };
}

type Action = Awaited<ReturnType<Actions["all"]>>[number];

function actionPage({ id, description, targets = {}, parameters, start }: Action) {
  return { id, description, targets, parameters, acts: start !== undefined };
}

/** In the form that `?format=` or the Accept header asks for: json, md, html or pdf. */
function reportPage(request: HttpRequest, report: Report): HttpResponse {
  const asked = new URLSearchParams(request.query).get("format") ?? formatOf(request.headers["accept"] ?? "");
  switch (asked) {
    case "json":
      return json(200, reportJson(report));
    case "md":
      return text("text/markdown; charset=utf-8", reportMarkdown(report));
    case "html":
      return text("text/html; charset=utf-8", reportHtml(report));
    case "pdf":
      return { status: 200, headers: { "content-type": "application/pdf" }, body: reportPdf(report) };
    default:
      return json(400, { message: `A report comes as json, md, html or pdf, not as "${asked}".` });
  }
}

function reportJson(report: Report) {
  const { experiment, place, seed, before, after, courseBefore, courseAfter, findings } = report;
  const { during, course, ...struck } = findings;
  return {
    experiment: withPlace(experimentOutput(experiment, place), place),
    seed,
    before,
    during,
    after,
    course: { before: courseBefore, during: course, after: courseAfter },
    ...struck,
  };
}

function formatOf(accept: string): string {
  if (accept.includes("text/html")) return "html";
  return accept.includes("text/markdown") ? "md" : "json";
}

function noSuchExperiment(id: string): HttpResponse {
  return json(404, { message: `There is no experiment "${id}". GET /_squall/experiments lists them.` });
}

async function answered(work: () => Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return json(error.status, { message: error.message, code: error.code });
  }
}

interface RunRequest {
  readonly template?: object;
  readonly account?: string;
  readonly region?: string;
  readonly roleArn?: string;
}

/** @throws ValidationException */
function readJson(request: HttpRequest): RunRequest {
  try {
    const body: unknown = JSON.parse(Buffer.from(request.body).toString("utf8"));
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  } catch {
    // Said below.
  }
  throw new AwsError(
    "ValidationException",
    'Send {"template": …} as JSON, with account and region if need be.',
  );
}

function text(type: string, body: string): HttpResponse {
  return { status: 200, headers: { "content-type": type }, body };
}
