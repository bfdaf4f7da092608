import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { firstValueFrom } from 'rxjs';
import type { Broker } from '../ingest/broker.js';
import type { Journal } from '../journal/journal.js';
import { Metrics } from '../metrics.js';
import { BROKER, JOURNAL } from '../tokens.js';

/** Whether the process lives, whether it can do its work, and its figures. */
@Controller()
export class Health {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(JOURNAL) private readonly journal: Journal,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  live(): { live: true } {
    return { live: true };
  }

  /** 503 with the reasons while readings cannot come in; warnings are of what goes on for now. */
  @Get('health/ready')
  async ready(@Res() response: Response): Promise<void> {
    const broker = await firstValueFrom(this.broker.state);
    const journal = await firstValueFrom(this.journal.state);
    const reasons = broker.connected ? [] : [`MQTT broker: ${broker.reason ?? 'lost'}`];
    const warnings: string[] = [];
    if (journal.reason !== undefined) (journal.taking ? warnings : reasons).push(`journal: ${journal.reason}`);
    const ready = reasons.length === 0;
    response.status(ready ? 200 : 503).json({ ready, reasons, ...(warnings.length > 0 ? { warnings } : {}) });
  }

  @Get('metrics')
  async figures(@Res() response: Response): Promise<void> {
    const { type, body } = await this.metrics.text();
    response.type(type).send(body);
  }
}
