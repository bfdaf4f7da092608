import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { firstValueFrom } from 'rxjs';
import type { Broker } from '../ingest/broker.js';
import { Metrics } from '../metrics.js';
import { BROKER } from '../tokens.js';

/** Whether the process lives, whether it can do its work, and its figures. */
@Controller()
export class Health {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  live(): { live: true } {
    return { live: true };
  }

  /** 503 with the reasons while readings cannot come in. */
  @Get('health/ready')
  async ready(@Res() response: Response): Promise<void> {
    const { connected, reason } = await firstValueFrom(this.broker.state);
    const reasons = connected ? [] : [`MQTT broker: ${reason ?? 'lost'}`];
    response.status(connected ? 200 : 503).json({ ready: connected, reasons });
  }

  @Get('metrics')
  async figures(@Res() response: Response): Promise<void> {
    const { type, body } = await this.metrics.text();
    response.type(type).send(body);
  }
}
