import { Controller, Get, Header, Inject } from '@nestjs/common';
import type { SchedulerLike } from 'rxjs';
import type { Inventory } from '@telewire/protocol';
import { Registry } from '../registry/registry.js';
import { SCHEDULER } from '../tokens.js';

/** What there is, and what time it is. */
@Controller('api/v1')
export class InventoryController {
  constructor(
    @Inject(Registry) private readonly registry: Registry,
    @Inject(SCHEDULER) private readonly scheduler: SchedulerLike,
  ) {}

  /** Devices and series with their latest readings. */
  @Get('series')
  @Header('cache-control', 'no-store')
  series(): Inventory {
    return this.registry.inventory(this.scheduler.now());
  }

  /** The gateway's clock, for a client that estimates its offset from round trips. */
  @Get('time')
  @Header('cache-control', 'no-store')
  time(): { at: number } {
    return { at: this.scheduler.now() };
  }
}
