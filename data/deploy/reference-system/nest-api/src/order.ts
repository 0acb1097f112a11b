import { UnprocessableEntityException } from "@nestjs/common";

/** What is ordered; the amount is in cents. */
export interface Content {
  item: string;
  amount: number;
}

/** An order has the id that its sender gave it, so sending it again does no harm. */
export interface Order extends Content {
  id: string;
}

/** An order as it is kept, with the id of the payment once there is one. */
export interface StoredOrder extends Order {
  payment?: string;
}

export function contentFrom(body: unknown): Content {
  const { item, amount } = (body ?? {}) as Record<string, unknown>;
  if (typeof item !== "string" || item.length < 1 || item.length > 200) {
    throw new UnprocessableEntityException("item must be a text of 1 to 200 characters.");
  }
  if (!Number.isSafeInteger(amount) || (amount as number) < 0) {
    throw new UnprocessableEntityException("amount must be a whole number of cents, 0 or more.");
  }
  return { item, amount: amount as number };
}

export function orderFrom(body: unknown): Order {
  const { id } = (body ?? {}) as Record<string, unknown>;
  if (typeof id !== "string" || !/^[A-Za-z0-9-]{1,40}$/.test(id)) {
    throw new UnprocessableEntityException("id must be 1 to 40 letters, digits and hyphens.");
  }
  return { id, ...contentFrom(body) };
}
