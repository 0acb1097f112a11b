import { ConflictException, Inject, Injectable, NotFoundException } from "@nestjs/common";
import type { Content, Order, StoredOrder } from "./order.js";
import { ORDERS, type OrdersRepository } from "./orders.repository.js";

@Injectable()
export class OrdersService {
  constructor(@Inject(ORDERS) private readonly orders: OrdersRepository) {}

  /** The order, and whether it is new: an order that is sent twice is one order. */
  async create(order: Order): Promise<{ stored: StoredOrder; isNew: boolean }> {
    if (await this.orders.add(order)) return { stored: order, isNew: true };
    const stored = await this.show(order.id);
    if (stored.item !== order.item || stored.amount !== order.amount) {
      throw new ConflictException(`There is another order ${order.id}.`);
    }
    return { stored, isNew: false };
  }

  async show(id: string): Promise<StoredOrder> {
    const order = await this.orders.find(id);
    if (!order) throw new NotFoundException(`There is no order ${id}.`);
    return order;
  }

  async change(id: string, content: Content): Promise<StoredOrder> {
    const changed = await this.orders.change(id, content);
    if (changed) return changed;
    const paid = await this.show(id);
    throw new ConflictException(`Order ${paid.id} is paid.`);
  }

  async remove(id: string): Promise<void> {
    await this.orders.remove(id);
  }
}
