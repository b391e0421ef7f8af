import { page } from "../../../aws/page.ts";
import type { Handlers } from "../../../core/service.ts";
import type * as CloudControl from "../../../models/generated/cloudcontrol.ts";
import { cannotBeCancelled, invalidRequest } from "./errors.ts";
import { describeRequest, findRequest, isOpen, REQUEST_LIFE_MS, requestRecords } from "./request.ts";
import type { Requests } from "./requests.ts";

const PAGE_SIZE = 20;

/** https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_GetResourceRequestStatus.html and its neighbours */
export function requestOperations(requests: Requests): Handlers<CloudControl.Operations> {
  return {
    GetResourceRequestStatus: ({ RequestToken }, ctx) => ({
      ProgressEvent: describeRequest(findRequest(RequestToken, ctx)),
    }),

    ListResourceRequests(input, ctx) {
      const { NextToken: token, MaxResults: size = PAGE_SIZE, ResourceRequestStatusFilter: filter } = input;
      const fits = (wanted: readonly string[] | undefined, is: string) =>
        !wanted?.length || wanted.includes(is);
      const since = ctx.clock.now() - REQUEST_LIFE_MS;
      const all = [...ctx.store.collection(requestRecords).values()].filter(
        ({ operation, status, atMs }) =>
          atMs >= since && fits(filter?.Operations, operation) && fits(filter?.OperationStatuses, status),
      );
      const { items, nextToken } = page(all, ({ token: id }) => [id], {
        size,
        token,
        query: filter ?? {},
        refuse: () => invalidRequest("Invalid NextToken"),
      });
      return {
        ResourceRequestStatusSummaries: items.map(describeRequest),
        ...(nextToken && { NextToken: nextToken }),
      };
    },

    CancelResourceRequest({ RequestToken }, ctx) {
      const request = findRequest(RequestToken, ctx);
      if (!isOpen(request.status)) throw cannotBeCancelled(RequestToken, request.status);
      const cancelled = { ...request, status: "CANCEL_IN_PROGRESS", atMs: ctx.clock.now() } as const;
      ctx.store.collection(requestRecords).put([RequestToken], cancelled);
      requests.cancel(RequestToken);
      return { ProgressEvent: describeRequest(cancelled) };
    },
  };
}
