import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import {
  FrameSchema,
  InventorySchema,
  MAX_WAIT_S,
  NEGOTIATION,
  ON_SLOW,
  POLICIES,
  PollAnswerSchema,
  SubscriptionListSchema,
} from '@telewire/protocol';

type Json = Record<string, unknown>;

// What JSON Schema cannot say (a check by function) is left to PROTOCOL.md.
const schemaOf = (schema: GenericSchema): Json => {
  const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' }) as Json;
  return rest;
};

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const content = (type: string, schema: Json): Json => ({ content: { [type]: { schema } } });
const ok = (description: string, type: string, schema: Json): Json => ({
  200: { description, ...content(type, schema) },
  default: { description: 'an error of PROTOCOL.md', ...content('application/json', ref('Error')) },
});

/** The same in JSON and, for who asks for it, in CBOR. */
const framed = (description: string, body: 'answer' | 'stream', schema: Json): Json => ({
  ...ok(description, NEGOTIATION.json[body], schema),
  200: {
    description,
    content: { [NEGOTIATION.json[body]]: { schema }, [NEGOTIATION.cbor[body]]: { schema: { format: 'binary' } } },
  },
});

const query = (name: string, description: string, schema: Json, required = false): Json => ({
  in: 'query',
  name,
  description,
  required,
  schema,
});

const READING_PARAMETERS = [
  query('filter', 'MQTT topic filter over series names', { type: 'array', items: { type: 'string' } }, true),
  query(
    'policy',
    'how readings are thinned; under extremes a waveform comes as columns of smallest and largest sample',
    { type: 'string', enum: [...POLICIES], default: 'every' },
  ),
  query('maxHz', 'frames a second at most, and columns of a waveform under extremes', { type: 'number', default: 60 }),
  query('onSlow', 'what becomes of a stream whose client cannot keep up', {
    type: 'string',
    enum: [...ON_SLOW],
    default: 'degrade',
  }),
  query('after', 'a cursor, or earliest', { type: 'string' }),
];
const WAIT = query('wait', 'seconds to hold the answer', {
  type: 'number',
  minimum: 0,
  maximum: MAX_WAIT_S,
  default: 0,
});
const LIST_BODY = { required: true, ...content('application/json', ref('SubscriptionList')) };
const get = (summary: string, responses: Json, parameters: Json[] = []): Json => ({
  get: { summary, parameters, responses },
});

const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Telewire gateway',
    version: '1',
    description: 'Live readings over WebSocket, HTTP stream, SSE, long-poll and poll. The rules are in PROTOCOL.md.',
  },
  paths: {
    '/api/v1/socket': get(
      'WebSocket: one frame a text message (with the subprotocol telewire.cbor a binary one)',
      { 101: { description: 'switching to WebSocket' } },
      READING_PARAMETERS,
    ),
    '/api/v1/stream': {
      get: {
        summary: 'HTTP stream: one subscription',
        parameters: READING_PARAMETERS,
        responses: framed('one frame a line', 'stream', ref('Frame')),
      },
      post: {
        summary: 'HTTP stream: several subscriptions',
        requestBody: LIST_BODY,
        responses: framed('one frame a line', 'stream', ref('Frame')),
      },
    },
    '/api/v1/events': {
      get: {
        summary: 'SSE: one subscription',
        parameters: READING_PARAMETERS,
        responses: ok('one frame an event', 'text/event-stream', ref('Frame')),
      },
      post: {
        summary: 'SSE: several subscriptions',
        requestBody: LIST_BODY,
        responses: ok('one frame an event', 'text/event-stream', ref('Frame')),
      },
    },
    '/api/v1/readings': {
      get: {
        summary: 'Poll, or with wait long-poll: one subscription',
        parameters: [...READING_PARAMETERS, WAIT],
        responses: framed('frames since the cursor', 'answer', ref('PollAnswer')),
      },
      post: {
        summary: 'Poll, or with wait long-poll: several subscriptions',
        parameters: [WAIT],
        requestBody: LIST_BODY,
        responses: framed('frames since the cursors', 'answer', ref('PollAnswer')),
      },
    },
    '/api/v1/series': get(
      'Devices and series with their latest readings',
      ok('all', 'application/json', ref('Inventory')),
    ),
    '/api/v1/time': get(
      "The gateway's clock in epoch milliseconds",
      ok('the time', 'application/json', { type: 'object', properties: { at: { type: 'number' } } }),
    ),
    '/health/live': get('200 while the process lives', { 200: { description: 'alive' } }),
    '/health/ready': get('200 while readings can come in', {
      200: { description: 'ready' },
      503: { description: 'not ready, with the reasons' },
    }),
    '/metrics': get('Figures for Prometheus', { 200: { description: 'Prometheus text' } }),
  },
  components: {
    schemas: {
      Frame: schemaOf(FrameSchema),
      PollAnswer: schemaOf(PollAnswerSchema),
      SubscriptionList: schemaOf(SubscriptionListSchema),
      Inventory: schemaOf(InventorySchema),
      Error: {
        type: 'object',
        properties: {
          type: { const: 'error' },
          code: { type: 'integer' },
          reason: { type: 'string' },
          message: { type: 'string' },
        },
      },
    },
  },
};

/** Serves the OpenAPI page at `/api/docs` and the document at `/api/docs-json`. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('api/docs', app, DOCUMENT as unknown as OpenAPIObject);
}
