import type { HttpResponse } from "../../../core/http.ts";
import type * as ELB from "../../../models/generated/elbv2.ts";
import { type Exchange, hostOf, ownPage, SERVER } from "./exchange.ts";

/** What the placeholders of a redirect stand for. */
export interface Place {
  readonly protocol: string;
  readonly port: number;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#redirect-actions */
export function redirected(
  { Protocol = "", Host = "", Port = "", Path = "", Query = "", StatusCode }: ELB.RedirectActionConfig,
  exchange: Exchange,
  { protocol, port }: Place,
): HttpResponse {
  const parts: Readonly<Record<string, string>> = {
    protocol,
    host: hostOf(exchange).replace(/:\d+$/, ""),
    port: String(port),
    path: exchange.path.slice(1),
    query: exchange.query,
  };
  const filled = (text: string) => text.replace(/#\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
  const query = filled(Query);
  const location = `${filled(Protocol).toLowerCase()}://${filled(Host)}:${filled(Port)}${filled(Path)}${query === "" ? "" : `?${query}`}`;
  return ownPage(StatusCode === "HTTP_301" ? 301 : 302, { location });
}

export function fixedResponse({
  StatusCode,
  ContentType = "text/plain",
  MessageBody = "",
}: ELB.FixedResponseActionConfig): HttpResponse {
  return {
    status: Number(StatusCode),
    headers: { server: SERVER, "content-type": `${ContentType}; charset=utf-8` },
    body: MessageBody,
  };
}
