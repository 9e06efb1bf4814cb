/** Access tokens of Microsoft Entra, for Azure OpenAI and Azure AI Foundry. */
import { readFile } from 'node:fs/promises';
import type { CancelSignal, Credentials } from '@postern/core';
import { ask, type Question } from '../ask.ts';
import { byToken } from '../by-token.ts';
import { endpointAt, required } from '../endpoint.ts';
import { tokenIn } from '../token-answer.ts';
import { type Transport, type TransportOptions, transportOf } from '../transport.ts';

/** What tokens are for unless it is said: Azure OpenAI. */
const SCOPE = 'https://cognitiveservices.azure.com/.default';
const AUTHORITY = 'https://login.microsoftonline.com';

interface Common extends TransportOptions {
  /** What the token is for. Default `https://cognitiveservices.azure.com/.default`, Azure OpenAI; Foundry's other models: `https://ai.azure.com/.default`. */
  readonly scope?: string;
}

/** Settings of {@link entraCredentials}: a secret, or the file of a federated token. */
export interface EntraOptions extends Common {
  /** Directory (tenant) id. Default: AZURE_TENANT_ID. */
  readonly tenantId?: string;
  /** Application (client) id. Default: AZURE_CLIENT_ID. */
  readonly clientId?: string;
  /** Default: AZURE_CLIENT_SECRET. */
  readonly clientSecret?: string;
  /** File of the token that stands for a secret (workload identity); read for each fetch. Default: AZURE_FEDERATED_TOKEN_FILE. */
  readonly federatedTokenFile?: string;
  /** Default: AZURE_AUTHORITY_HOST, else https://login.microsoftonline.com. */
  readonly authority?: string;
}

/**
 * Tokens for an application of Entra, by its secret or by a federated token.
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @throws ConfigError when tenant, client or secret are missing
 */
export function entraCredentials(options: EntraOptions = {}): Credentials {
  const { env } = process;
  const tenant = required(options.tenantId ?? env.AZURE_TENANT_ID, 'tenantId');
  const client = required(options.clientId ?? env.AZURE_CLIENT_ID, 'clientId');
  const authority = (options.authority ?? env.AZURE_AUTHORITY_HOST ?? AUTHORITY).replace(/\/+$/, '');
  const endpoint = endpointAt(`${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, 'authority');
  const secret =
    options.clientSecret ?? (options.federatedTokenFile === undefined ? env.AZURE_CLIENT_SECRET : undefined);
  const file = secret === undefined ? (options.federatedTokenFile ?? env.AZURE_FEDERATED_TOKEN_FILE) : undefined;
  if (file === undefined) required(secret, 'clientSecret');
  return asked(options, async () => ({
    endpoint,
    form: {
      grant_type: 'client_credentials',
      client_id: client,
      scope: options.scope ?? SCOPE,
      ...(file === undefined ? { client_secret: secret } : await assertion(file)),
    },
  }));
}

async function assertion(file: string): Promise<Record<string, string>> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: (await readFile(file, 'utf8')).trim(),
  };
}

/** Settings of {@link managedIdentityCredentials}. Everything has a default. */
export interface ManagedIdentityOptions extends Common {
  /** Client id of a user-assigned identity. Default: the system's own. */
  readonly clientId?: string;
  /** Default: IDENTITY_ENDPOINT and IDENTITY_HEADER of App Service, Functions and Container Apps, else the instance metadata service of the machine. */
  readonly endpoint?: { readonly url: string; readonly header?: string };
}

const METADATA = 'http://169.254.169.254/metadata/identity/oauth2/token';

/**
 * Tokens of the identity that Azure gave to the machine or the app.
 * Sources: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token and
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export function managedIdentityCredentials(options: ManagedIdentityOptions = {}): Credentials {
  const question = identityQuestion(options);
  return asked(options, async () => question);
}

function identityQuestion(options: ManagedIdentityOptions): Question {
  const { IDENTITY_ENDPOINT: url, IDENTITY_HEADER: header } = process.env;
  const app = options.endpoint ?? (url === undefined || url === '' ? undefined : { url, header });
  const resource = (options.scope ?? SCOPE).replace(/\/\.default$/, '');
  const query = new URLSearchParams({
    'api-version': app?.header === undefined ? '2018-02-01' : '2019-08-01',
    resource,
  });
  if (options.clientId !== undefined) query.set('client_id', options.clientId);
  // App Service gives its endpoint on the machine's own network, at an address of the link or of loopback.
  const plain = ['169.254.169.254', ...(url === undefined || !URL.canParse(url) ? [] : [new URL(url).hostname])];
  return {
    endpoint: endpointAt(`${app?.url ?? METADATA}?${query}`, 'endpoint', plain),
    headers: app?.header === undefined ? { metadata: 'true' } : { 'x-identity-header': app.header },
  };
}

function asked(options: Common, question: () => Promise<Question>): Credentials {
  const transport: Transport = transportOf(options);
  const fetchToken = async (signal: CancelSignal) =>
    tokenIn(await ask(await question(), transport, signal), transport.clock.now());
  return byToken(fetchToken, transport);
}
