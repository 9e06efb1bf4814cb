/**
 * Providers that speak a format of ours, or serve audio or images, and have no row, with the reason: `docs/providers.md` tells it. Most can be given as a row of one's own
 * where a key or a token of one's own is at hand.
 */
export const LEFT_OUT: readonly { readonly id: string; readonly name: string; readonly reason: string }[] = [
  { id: 'charity_engine', name: 'Charity Engine', reason: 'no public documentation of its chat API was found' },
  { id: 'pinstripes', name: 'Pinstripes', reason: 'no public documentation of its API was found' },
  {
    id: 'lambda_ai',
    name: 'Lambda Inference API',
    reason: 'the vendor has announced its end: https://lambda.ai/inference',
  },
  {
    id: 'nadir',
    name: 'Nadir',
    reason: 'its router chooses the model itself, so that the model that was authorised says nothing',
  },
  {
    id: 'github_copilot',
    name: 'GitHub Copilot',
    reason: 'no API key: a login by OAuth device flow, and headers of an editor',
  },
  {
    id: 'chatgpt',
    name: 'ChatGPT subscription',
    reason: 'no API key: a login by OAuth device flow, and a format that is not among ours',
  },
  { id: 'gigachat', name: 'GigaChat', reason: 'no API key: short-lived tokens by OAuth' },
  { id: 'vertex_ai', name: 'Vertex AI', reason: 'short-lived tokens of Google Cloud service accounts by OAuth' },
  {
    id: 'sap',
    name: 'SAP AI Core',
    reason: 'no API key: OAuth client credentials, and a format that is not among ours',
  },
  { id: 'aws_polly', name: 'Amazon Polly', reason: 'calls are signed, and its form of spoken text is not written yet' },
  { id: 'soniox', name: 'Soniox', reason: 'its form of transcripts (upload, order, poll, delete) is not written yet' },
  { id: 'topaz', name: 'Topaz Labs', reason: 'its form of image enhancements is not written yet' },
];
