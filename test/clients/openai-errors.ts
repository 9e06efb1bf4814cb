import OpenAI from 'openai';

const ERRORS: Readonly<Record<number, new (...parts: never[]) => Error>> = {
  400: OpenAI.BadRequestError,
  401: OpenAI.AuthenticationError,
  403: OpenAI.PermissionDeniedError,
  404: OpenAI.NotFoundError,
  429: OpenAI.RateLimitError,
  502: OpenAI.InternalServerError,
};

/** Is it the class of error that `openai` raises for this status? */
export const knowsError = (error: unknown, status: number): boolean =>
  error instanceof OpenAI.APIError && error.status === status && error.constructor === ERRORS[status];
