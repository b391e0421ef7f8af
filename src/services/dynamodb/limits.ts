/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
export const MOST_ITEM_BYTES = 400 * 1024;
/** Of a Query or Scan page, before the filter. */
export const MOST_PAGE_BYTES = 1024 * 1024;
/** Of the answer of a BatchGetItem and the request of a BatchWriteItem. */
export const MOST_BATCH_BYTES = 16 * 1024 * 1024;
export const MOST_TRANSACTION_BYTES = 4 * 1024 * 1024;
