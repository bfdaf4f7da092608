import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  type OnModuleDestroy,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import type { SchedulerLike } from 'rxjs';
import * as v from 'valibot';
import { badRequest, CODES, LabActSchema, LabSettingsSchema, ProtocolError } from '@telewire/protocol';
import { longPoll } from '../delivery/long-poll.js';
import { sendFrames } from '../http/answer.js';
import { writerFor } from '../http/negotiation.js';
import { openReading } from '../http/reading-request.js';
import { Hub } from '../hub/hub.js';
import { SCHEDULER } from '../tokens.js';
import { EchoStreams, echoText } from './echo.js';
import { EventLine } from './event-line.js';
import { nameOf } from './cross-origin.js';
import { OwnPages } from './own-pages.js';
import type { Opener } from './session.js';
import { LabSessions } from './sessions.js';

const NOT_READ = 'its page has not read for half an hour; start another';

/** The edge of the transport lab: sessions that live as long as the request that opened them, if that is not too long. */
@Controller('api/v1/lab')
@UseGuards(OwnPages)
export class LabController implements OnModuleDestroy {
  readonly #echoes = new EchoStreams();

  constructor(
    @Inject(LabSessions) private readonly sessions: LabSessions,
    @Inject(Hub) private readonly hub: Hub,
    @Inject(SCHEDULER) private readonly scheduler: SchedulerLike,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  state(): { enabled: true } {
    return { enabled: true };
  }

  /** Answers with what the session has to say, one LabEvent a line, until the client leaves. */
  @Post('sessions')
  @HttpCode(200)
  async open(@Req() request: Request, @Res() response: Response): Promise<void> {
    // The address by which the client reached us leads to us.
    const { localAddress: host = '127.0.0.1', localPort: port = 0 } = request.socket;
    const session = await this.sessions.open({ host, port }, openerOf(request));
    response.writeHead(200, {
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const line = new EventLine(response, this.scheduler, () => void this.sessions.close(session, NOT_READ));
    const events = session.events.subscribe({ next: (event) => line.tell(event), complete: () => line.end() });
    const leave = () => {
      events.unsubscribe();
      void this.sessions.close(session);
    };
    response.once('close', leave);
    // It may have left while the port was opened.
    if (response.destroyed) leave();
  }

  @Put('sessions/:id')
  @HttpCode(204)
  change(@Param('id') id: string, @Body() body: unknown): void {
    this.sessions.change(id, parse(LabSettingsSchema, body));
  }

  @Post('sessions/:id/acts')
  @HttpCode(204)
  act(@Param('id') id: string, @Body() body: unknown): void {
    this.sessions.find(id).act(parse(LabActSchema, body));
  }

  /** A long-poll that is never held back (against PROTOCOL R18): to see what a client costs that asks again at once. */
  @Get('unpaced')
  unpaced(@Req() request: Request, @Res() response: Response): void {
    const writer = writerFor(request, response, 'answer');
    const answered = longPoll({ ...openReading(request, this.hub, writer), fresh: true }, this.scheduler).subscribe(
      (answer) => {
        sendFrames(response.set('cache-control', 'no-store'), writer, [...answer.frames, answer.last]);
      },
    );
    response.once('close', () => answered.unsubscribe());
  }

  /** What is POSTed to the echo of this id comes back as events. */
  @Get('echo/events')
  echoes(@Query('id') id: unknown, @Res() response: Response): void {
    this.#echoes.open(id, response);
  }

  @Post('echo')
  @HttpCode(204)
  async echo(@Query('id') id: unknown, @Req() request: Request): Promise<void> {
    this.#echoes.echo(id, await echoText(request));
  }

  async onModuleDestroy(): Promise<void> {
    await this.sessions.closeAll();
  }
}

/** Who opens a session. @throws ProtocolError (4422) for a page that cannot be let connect to another port of its host */
function openerOf({ headers }: Request): Opener {
  const origin = headers.origin?.toLowerCase();
  const name = nameOf(headers.host);
  if (origin !== undefined && name === undefined) {
    const message = 'a page at this address may not connect to the ports of the lab; open it by a name, as localhost';
    throw new ProtocolError(CODES.unsupported, 'lab-address', message);
  }
  // Without the port, that stands behind the last colon; an IPv6 address is in brackets.
  return { name: name ?? headers.host!.toLowerCase().replace(/:\d+$/, ''), origin };
}

// The schema's messages repeat what they were given.
const MAX_MESSAGE = 200;

function parse<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, body ?? {}, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw badRequest('bad-request', `${path ? `${path}: ` : ''}${issue.message}`.slice(0, MAX_MESSAGE));
}
