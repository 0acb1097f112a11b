import type { Content, Order, StoredOrder } from "./order.js";

export const ORDERS = Symbol("OrdersRepository");

/** Where orders are kept. */
export interface OrdersRepository {
  /** False if there is an order of this id already. */
  add(order: Order): Promise<boolean>;
  find(id: string): Promise<StoredOrder | undefined>;
  /** Nothing if there is no such order, or if it is paid. */
  change(id: string, content: Content): Promise<StoredOrder | undefined>;
  remove(id: string): Promise<void>;
}

/** The table's twin, for tests. */
export class InMemoryOrders implements OrdersRepository {
  readonly orders = new Map<string, StoredOrder>();

  async add(order: Order): Promise<boolean> {
    if (this.orders.has(order.id)) return false;
    this.orders.set(order.id, order);
    return true;
  }

  async find(id: string): Promise<StoredOrder | undefined> {
    return this.orders.get(id);
  }

  async change(id: string, content: Content): Promise<StoredOrder | undefined> {
    const order = this.orders.get(id);
    if (!order || order.payment) return undefined;
    const changed = { ...order, ...content };
    this.orders.set(id, changed);
    return changed;
  }

  async remove(id: string): Promise<void> {
    this.orders.delete(id);
  }
}
