/**
 * What OpenAI's API keeps between requests: paths below `/v1`, methods, and the kind of id that stands in them. A path that is not here is not relayed.
 * Source: https://platform.openai.com/docs/api-reference (files, uploads, batches, fine-tuning, vector-stores, chat, responses, assistants, threads,
 * containers, videos, evals, conversations)
 */

/** What ids are of. An id belongs to whoever made its object. */
export type ResourceKind =
  | 'file'
  | 'upload'
  | 'batch'
  | 'fine-tuning job'
  | 'vector store'
  | 'chat completion'
  | 'response'
  | 'assistant'
  | 'thread'
  | 'container'
  | 'video'
  | 'eval'
  | 'conversation'
  | 'model';

/**
 * What a request does: `make` a new object (in its answer), `list` objects, `use` one (and whatever stands below it), `drop` one for good.
 */
export type ResourceAction = 'make' | 'list' | 'use' | 'drop';

/** A path and what its methods do. */
export interface ResourcePath {
  /** Below `/v1`. `{id}` is the id that belongs to a caller, `*` one that stands below it. */
  readonly path: string;
  readonly kind: ResourceKind;
  readonly methods: Readonly<Record<string, ResourceAction>>;
  /** Members of the answer that are ids of further objects of the same owner, such as the output of a batch; `file.id` is a member of a member. */
  readonly adopts?: Readonly<Record<string, ResourceKind>>;
  /** The request runs models that are named where the gateway doesn't look, such as the lines of a file; or does so when it comes as a form. */
  readonly hiddenModels?: true | 'in forms';
}

const LIST_OR_MAKE = { GET: 'list', POST: 'make' } as const;
const USE_OR_DROP = { GET: 'use', POST: 'use', DELETE: 'drop' } as const;
const READ = { GET: 'use' } as const;
const DO = { POST: 'use' } as const;
const READ_OR_DO = { GET: 'use', POST: 'use' } as const;
const ANY = { GET: 'use', POST: 'use', DELETE: 'use' } as const;

const BATCH_FILES = { output_file_id: 'file', error_file_id: 'file' } as const;
const JOB_MAKES = { result_files: 'file', fine_tuned_model: 'model' } as const;
const RUN_THREAD = { thread_id: 'thread' } as const;

/** Every path, those without parameters before those that could take them for one. */
export const RESOURCE_PATHS: readonly ResourcePath[] = [
  { path: '/files', kind: 'file', methods: LIST_OR_MAKE },
  { path: '/files/{id}', kind: 'file', methods: { GET: 'use', DELETE: 'drop' } },
  { path: '/files/{id}/content', kind: 'file', methods: READ },

  { path: '/uploads', kind: 'upload', methods: { POST: 'make' } },
  { path: '/uploads/{id}/parts', kind: 'upload', methods: DO },
  { path: '/uploads/{id}/complete', kind: 'upload', methods: DO, adopts: { 'file.id': 'file' } },
  { path: '/uploads/{id}/cancel', kind: 'upload', methods: DO },

  { path: '/batches', kind: 'batch', methods: LIST_OR_MAKE, adopts: BATCH_FILES, hiddenModels: true },
  { path: '/batches/{id}', kind: 'batch', methods: READ, adopts: BATCH_FILES },
  { path: '/batches/{id}/cancel', kind: 'batch', methods: DO, adopts: BATCH_FILES },

  { path: '/fine_tuning/jobs', kind: 'fine-tuning job', methods: LIST_OR_MAKE, adopts: JOB_MAKES },
  { path: '/fine_tuning/jobs/{id}', kind: 'fine-tuning job', methods: READ, adopts: JOB_MAKES },
  { path: '/fine_tuning/jobs/{id}/cancel', kind: 'fine-tuning job', methods: DO },
  { path: '/fine_tuning/jobs/{id}/pause', kind: 'fine-tuning job', methods: DO },
  { path: '/fine_tuning/jobs/{id}/resume', kind: 'fine-tuning job', methods: DO },
  { path: '/fine_tuning/jobs/{id}/events', kind: 'fine-tuning job', methods: READ },
  { path: '/fine_tuning/jobs/{id}/checkpoints', kind: 'fine-tuning job', methods: READ },

  // Those that a job has made; to read one is the gateway's own operation.
  { path: '/models/{id}', kind: 'model', methods: { DELETE: 'drop' } },

  { path: '/vector_stores', kind: 'vector store', methods: LIST_OR_MAKE },
  { path: '/vector_stores/{id}', kind: 'vector store', methods: USE_OR_DROP },
  { path: '/vector_stores/{id}/search', kind: 'vector store', methods: DO },
  { path: '/vector_stores/{id}/files', kind: 'vector store', methods: READ_OR_DO },
  { path: '/vector_stores/{id}/files/*', kind: 'vector store', methods: ANY },
  { path: '/vector_stores/{id}/files/*/content', kind: 'vector store', methods: READ },
  { path: '/vector_stores/{id}/file_batches', kind: 'vector store', methods: DO },
  { path: '/vector_stores/{id}/file_batches/*', kind: 'vector store', methods: READ },
  { path: '/vector_stores/{id}/file_batches/*/cancel', kind: 'vector store', methods: DO },
  { path: '/vector_stores/{id}/file_batches/*/files', kind: 'vector store', methods: READ },

  { path: '/chat/completions', kind: 'chat completion', methods: { GET: 'list' } },
  { path: '/chat/completions/{id}', kind: 'chat completion', methods: USE_OR_DROP },
  { path: '/chat/completions/{id}/messages', kind: 'chat completion', methods: READ },

  { path: '/responses/{id}', kind: 'response', methods: { GET: 'use', DELETE: 'drop' } },
  { path: '/responses/{id}/cancel', kind: 'response', methods: DO },
  { path: '/responses/{id}/input_items', kind: 'response', methods: READ },

  { path: '/conversations', kind: 'conversation', methods: { POST: 'make' } },
  { path: '/conversations/{id}', kind: 'conversation', methods: USE_OR_DROP },
  { path: '/conversations/{id}/items', kind: 'conversation', methods: READ_OR_DO },
  { path: '/conversations/{id}/items/*', kind: 'conversation', methods: ANY },

  { path: '/assistants', kind: 'assistant', methods: LIST_OR_MAKE },
  { path: '/assistants/{id}', kind: 'assistant', methods: USE_OR_DROP },

  { path: '/threads', kind: 'thread', methods: { POST: 'make' } },
  { path: '/threads/runs', kind: 'thread', methods: DO, adopts: RUN_THREAD },
  { path: '/threads/{id}', kind: 'thread', methods: USE_OR_DROP },
  { path: '/threads/{id}/messages', kind: 'thread', methods: READ_OR_DO },
  { path: '/threads/{id}/messages/*', kind: 'thread', methods: ANY },
  { path: '/threads/{id}/runs', kind: 'thread', methods: READ_OR_DO },
  { path: '/threads/{id}/runs/*', kind: 'thread', methods: ANY },
  { path: '/threads/{id}/runs/*/cancel', kind: 'thread', methods: DO },
  { path: '/threads/{id}/runs/*/submit_tool_outputs', kind: 'thread', methods: DO },
  { path: '/threads/{id}/runs/*/steps', kind: 'thread', methods: READ },
  { path: '/threads/{id}/runs/*/steps/*', kind: 'thread', methods: READ },

  { path: '/containers', kind: 'container', methods: LIST_OR_MAKE },
  { path: '/containers/{id}', kind: 'container', methods: { GET: 'use', DELETE: 'drop' } },
  { path: '/containers/{id}/files', kind: 'container', methods: READ_OR_DO },
  { path: '/containers/{id}/files/*', kind: 'container', methods: ANY },
  { path: '/containers/{id}/files/*/content', kind: 'container', methods: READ },

  { path: '/videos', kind: 'video', methods: LIST_OR_MAKE, hiddenModels: 'in forms' },
  { path: '/videos/{id}', kind: 'video', methods: { GET: 'use', DELETE: 'drop' } },
  { path: '/videos/{id}/content', kind: 'video', methods: READ },
  { path: '/videos/{id}/remix', kind: 'video', methods: { POST: 'make' } },

  { path: '/evals', kind: 'eval', methods: LIST_OR_MAKE },
  { path: '/evals/{id}', kind: 'eval', methods: USE_OR_DROP },
  { path: '/evals/{id}/runs', kind: 'eval', methods: READ_OR_DO, hiddenModels: true },
  { path: '/evals/{id}/runs/*', kind: 'eval', methods: ANY },
  { path: '/evals/{id}/runs/*/output_items', kind: 'eval', methods: READ },
  { path: '/evals/{id}/runs/*/output_items/*', kind: 'eval', methods: READ },
];
