import type { Context } from "../../core/service.ts";

const NAME = '"ClientRequestToken"';

/** Does a client say a token, as SDKs do by themselves? By the time that a handler sees an input, one has been filled in. */
export const saysToken = ({ request }: Pick<Context, "request">): boolean =>
  request === undefined || Buffer.from(request.body).includes(NAME);
