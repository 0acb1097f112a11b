import { type DynamicModule, Module } from "@nestjs/common";
import { OrdersController } from "./orders.controller.js";
import { ORDERS, type OrdersRepository } from "./orders.repository.js";
import { OrdersService } from "./orders.service.js";

@Module({})
export class OrdersModule {
  /** The API over this repository. */
  static over(orders: OrdersRepository): DynamicModule {
    return {
      module: OrdersModule,
      controllers: [OrdersController],
      providers: [OrdersService, { provide: ORDERS, useValue: orders }],
    };
  }
}
