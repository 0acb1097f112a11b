import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Res } from "@nestjs/common";
import type { Response } from "express";
import { contentFrom, orderFrom, type StoredOrder } from "./order.js";
import { OrdersService } from "./orders.service.js";

@Controller("orders")
export class OrdersController {
  constructor(@Inject(OrdersService) private readonly orders: OrdersService) {}

  /** 201 for a new order, 200 for one that is there already, 409 for another order of the same id. */
  @Post()
  async create(@Body() body: unknown, @Res({ passthrough: true }) response: Response): Promise<StoredOrder> {
    const { stored, isNew } = await this.orders.create(orderFrom(body));
    response.status(isNew ? 201 : 200);
    return stored;
  }

  @Get(":id")
  show(@Param("id") id: string): Promise<StoredOrder> {
    return this.orders.show(id);
  }

  /** 409 for an order that is paid. */
  @Put(":id")
  change(@Param("id") id: string, @Body() body: unknown): Promise<StoredOrder> {
    return this.orders.change(id, contentFrom(body));
  }

  /** 204, whether there was such an order or not. */
  @Delete(":id")
  @HttpCode(204)
  remove(@Param("id") id: string): Promise<void> {
    return this.orders.remove(id);
  }
}
