import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACT_LIMIT, redactSecrets, redactUpstream } from './redact.ts';

/** Made up, in the shapes that keys are issued in. The part that must not be seen is the whole. */
const letters = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY';
const canaries: Record<string, string> = {
  'sk-': `sk-${letters}`,
  'sk-proj-': `sk-proj-Ab_1-${letters}-T3BlbkFJ${letters}`,
  'sk-svcacct-': `sk-svcacct-${letters}`,
  'sk-ant-api03-': `sk-ant-api03-${letters}-${letters}_AA`,
  'sk-ant-oat01-': `sk-ant-oat01-${letters}`,
  'sk-or-v1-': 'sk-or-v1-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  sk_live_: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  'a short sk-': 'sk-SECRETKEY1',
  'a masked sk-': 'sk-abcd********************wxyz',
  'a masked key with dots and stars': 'abc***xyz',
  AIza: 'AIzaSyD-9tSrke72_ouQMnMX-a7eZSW0jkFMBWY',
  'ya29.': 'ya29.a0AfH6SMBx-short_part-x',
  gsk_: `gsk_${letters}${letters.slice(0, 20)}`,
  'xai-': `xai-${letters}${letters}`,
  hf_: 'hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567',
  r8_: 'r8_AbCdEfGhIjKlMnOpQrStUvWxYz012345678',
  'pplx-': 'pplx-0123456789abcdef0123456789abcdef0123456789abcdef',
  'nvapi-': `nvapi-${letters}_x-${letters}`,
  fw_: 'fw_3ZabCDefGhIjKlMnOpQrStUv',
  'csk-': 'csk-abc123def456ghi789jkl012mno345pqr678stu9',
  tgp_: `tgp_v1_${letters}`,
  jina_: `jina_${letters}`,
  ghp_: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  gho_: 'gho_short1234',
  github_pat_: 'github_pat_11AAAAAAA0abcdefghijkl_mnopqrstuvwxyz',
  'glpat-': 'glpat-ABCdef_123-xyz4567890',
  AKIA: 'AKIAIOSFODNN7EXAMPLE',
  ASIA: 'ASIAIOSFODNN7EXAMPLE',
  'a cloud secret': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'a JWT': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  '32 hex digits': '0123456789abcdef0123456789abcdef',
  '64 hex digits': '0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF',
  'base64 with padding': 'MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY=',
  'base64 with slashes': 'ab/Cd1+ef/Gh2+ij/Kl3+mn/Op4+qr/St5+uv==',
  'xoxb-': 'xoxb-1234-abcd',
  psk_: 'psk_team_Ab1',
};

const named: Record<string, [string, string]> = {
  'a bearer token': ['authorization: Bearer Zx9-short', 'Zx9-short'],
  'a bearer token of words': ['Bearer correct-horse-battery', 'horse'],
  'a token of words': ['authorization: Token correct_horse_battery.', 'horse'],
  'basic credentials': ['Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
  'an x-api-key header': ['x-api-key: 7f3c-09aa', '7f3c-09aa'],
  'a UUID as a key': ['api-key=123e4567-e89b-12d3-a456-426614174000', '123e4567'],
  'a key in a query': ['POST /v1/models?alt=sse&key=Zx9short&x=1', 'Zx9short'],
  'a token in JSON': ['{"access_token": "Zx9short", "a": 1}', 'Zx9short'],
  'a key in JSON within JSON': [String.raw`{\"api_key\":\"Zx9short\"}`, 'Zx9short'],
  'a client secret': ['client_secret=hunter', 'hunter'],
  'a password': ['password: "correcthorse"', 'correcthorse'],
  'the user part of a URL': ['redis://admin:hunter@cache/0', 'hunter'],
  'a signature': ['&X-Amz-Signature=9f8e7d', '9f8e7d'],
};

const sentences: ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => `Incorrect API key provided: ${secret}. You can find your key in the settings.`,
  (secret) => `{"error":{"message":"bad key '${secret}'","code":401}}`,
  (secret) => `(${secret}), "${secret}"; <${secret}> ${secret}\n${secret}`,
  (secret) => `Error: boom\n    at send (https://host/x?key=${secret}&b=1)\n    at y`,
  (secret) => `x-goog-api-key=${secret}`,
];

describe.each([
  ['for logs', redactSecrets],
  ['for clients', redactUpstream],
])('a text %s', (_, redact) => {
  it.each(Object.entries(canaries))('never shows a key of the shape %s', (__, secret) => {
    for (const sentence of sentences) {
      const shown = redact(sentence(secret));
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(secret.slice(-10));
    }
  });

  it.each(Object.entries(named))('never shows %s', (__, [text, secret]) => {
    expect(redact(text)).not.toContain(secret);
    expect(redact(`Before ${text} and after`)).toMatch(/^Before .* and after$/);
  });

  it('never shows a key wherever it stands between other text', () => {
    const around = fc.string({ maxLength: 30 }).map((text) => text.replace(/[A-Za-z0-9_+/.~*…=-]/g, ' '));
    fc.assert(
      fc.property(around, fc.constantFrom(...Object.values(canaries)), around, (before, secret, after) => {
        expect(redact(before + secret + after)).not.toContain(secret);
      }),
    );
  });

  it.each([
    'Rate limit reached for requests. Limit: 3 / min. Please try again in 20s.',
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 210034 tokens.",
    'prompt is too long: 210000 tokens > 200000 maximum',
    'max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for some-model-3-5-large-20241022',
    "Unrecognized request argument supplied: 'max_completion_tokens'",
    'Unknown key: response_format',
    'extraneous key [made_up_field] is not permitted',
    'api_error: the field api_version is no key_name',
    'The model `some-lab/Large-3.3-70B-Instruct-Turbo` does not exist or you do not have access to it.',
    'Model accounts/someone/models/large-v3p1-405b-instruct is not deployed.',
    'messages.0.content.1.image_url: Field required; generation_config.response_schema.properties is empty',
    'Request id: req_011CSHoEeqs5C35K2UUqR7Fy, chatcmpl-AbCdEfGhIjKlMnOpQrStUvWx123456',
    'No such file: file-AbCdEfGhIjKlMnOpQrStUvWx123456',
    'tool_use ids were found without tool_result blocks: toolu_01A09q90qw90lq917835lq9',
    'API key not valid. Please pass a valid API key.',
    'Bearer authentication required, basic authentication is off. Token expired.',
    'Unexpected token: } in JSON at position 17',
    'See https://docs.example.com/api/errors#429 for help',
    'Overloaded',
    '',
  ])('keeps the words of %j', (text) => {
    expect(redact(text)).toBe(text.replace('#429', redact === redactUpstream ? '' : '#429'));
  });

  it('never shows the secrets that it was given, whatever they look like and wherever they stand', () => {
    const secrets = ['correct horse', 'correct horse battery', '$&-(a+)+', 'hunter2'];
    const text = `x${secrets.join('y')} z (hunter2), "hunter2"; key=hunter2 password: hunter2`;
    expect(redact(text, secrets)).toBe(
      'x[redacted]y[redacted]y[redacted]y[redacted] z ([redacted]), "[redacted]"; key=[redacted] password: [redacted]',
    );
  });

  it('never shows half a given secret at the place where it is cut', () => {
    const secret = 'correct horse battery staple';
    for (let shift = 0; shift <= secret.length; shift++) {
      const shown = redact(
        `${'word '.repeat(REDACT_LIMIT / 5 - 4)}${'x'.repeat(shift)} ${secret} ${'more '.repeat(500)}`,
        [secret],
      );
      expect(shown).not.toMatch(/correct|horse/);
    }
  });

  it('takes a given secret of less than 6 characters for a placeholder and keeps the words', () => {
    expect(redact('the prompt is EMPTY', ['EMPTY', ''])).toBe('the prompt is EMPTY');
  });

  it('is cut when it is very long, at a space and never within a key', () => {
    const secret = canaries['sk-'] ?? '';
    for (let shift = 0; shift <= secret.length; shift++) {
      const text = `${'word '.repeat(REDACT_LIMIT / 5 - 8)}${'x'.repeat(40 - shift)} ${secret} ${'more '.repeat(5000)}`;
      const shown = redact(text);
      expect(shown.length).toBeLessThan(REDACT_LIMIT + 50);
      expect(shown).not.toContain(secret.slice(0, 6));
      expect(shown).toMatch(/…$/);
    }
    expect(redact('x'.repeat(100_000))).toBe(' …');
  });
});

describe("a provider's text for clients", () => {
  it.each<[string, string, RegExp]>([
    [
      'an organisation',
      'Rate limit reached for m-4 in organization org-AbC123xyz on tokens per min',
      /m-4 in organization \[id\] on tokens/,
    ],
    ['an organisation in backticks', 'in organization `org_01hzz0abc` on requests', /organization `\[id\]` on/],
    [
      'a project',
      'Project `proj_AbC123` does not have access to model `m-5`',
      /`\[id\]` does not have access to model `m-5`/,
    ],
    [
      'a project number',
      'Some API has not been used in project 1234567890 before or it is disabled',
      /in project \[id\] before/,
    ],
    ['a consumer', "for consumer 'project_number:1234567890'", /^((?!1234567890).)*$/],
    [
      'a project in a path',
      'projects/my-company-prod/locations/us-central1/publishers',
      /projects\/\[id\]\/locations\/us-central1/,
    ],
    [
      'an ARN',
      'User: arn:aws:iam::123456789012:user/bob is not authorized to perform',
      /^User: \[id\] is not authorized/,
    ],
    ['an account number', 'account 123456789012 is suspended', /account \[id\] is suspended/],
    ['a subscription', 'Subscription ID: 123e4567-e89b-12d3-a456-426614174000 was disabled', /^((?!123e4567).)*$/],
    ['a workspace', 'wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ is over its limit', /^\[(?:id|redacted)\] is over/],
    ['an e-mail address', 'Contact jane.doe@corp.example.com for access', /Contact \[email\] for/],
    ['an API URL', 'POST https://api.example.com/v1/chat failed', /POST \[url\] failed/],
    [
      'an internal URL',
      'upstream http://vllm-7f9c.default.svc.cluster.local:8000/v1 refused',
      /upstream \[url\] refused/,
    ],
    ['a host', 'no route to my-resource.inference.example.com:443.', /no route to \[host\]\.$/],
    ['an internal host', 'dial tcp: lookup llm.prod.internal on dns', /lookup \[host\] on dns/],
    ['localhost', 'connect ECONNREFUSED localhost:11434', /ECONNREFUSED \[host\]$/],
    ['an IPv4 address', 'connect ECONNREFUSED 10.12.0.7:8000', /ECONNREFUSED \[address\]$/],
    [
      'an IPv6 address',
      'connect ECONNREFUSED ::1:8000 or [2001:db8::7]:443 or fe80:1:2:3:4:5:6:7',
      /^((?!2001|db8|fe80|::).)*$/,
    ],
  ])('does not show %s', (_, text, expected) => {
    expect(redactUpstream(text)).toMatch(expected);
  });

  it.each([
    ['https://platform.example.com/account/api-keys.', 'https://platform.example.com/account/api-keys.'],
    ['https://docs.example.com/en/errors?utm=1#codes', 'https://docs.example.com/en/errors'],
    ['(https://example.com/docs/guides/rate-limits)', '(https://example.com/docs/guides/rate-limits)'],
    ['ai.example.dev/some-api/docs/quota,', 'ai.example.dev/some-api/docs/quota,'],
  ])('shows the documentation link %s', (link, expected) => {
    expect(redactUpstream(`See ${link} now`)).toBe(`See ${expected} now`);
  });

  it.each([
    'http://docs.example.com/x',
    'https://docs.example.com:8443/x',
    'https://user@docs.example.com/x',
    'https://docs.prod.internal/x',
    'https://platform.llm.svc.cluster.local/x',
    'https://api.example.com/v1?next=/docs/',
    'https://10.0.0.1/docs/x',
    'https://evil.example.com/a/b/c/d/docs',
  ])('does not take %s for documentation', (link) => {
    expect(redactUpstream(`See ${link} now`)).toBe('See [url] now');
  });

  it('keeps the time, versions and field paths that look a bit like addresses', () => {
    const text =
      'At 12:34:56 model v1.2 (beta) failed on tools.0.function.name, input[3].text and std::string; ratio 1.5:1';
    expect(redactUpstream(text)).toBe(text);
  });
});
