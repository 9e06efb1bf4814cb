/** An application as it stands: it knows the `openai` client and nothing of Postern. Not a line of it changes. */

/** @param {import('openai').OpenAI} client */
export async function chat(client, model) {
  const completion = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: 'Say hello' }],
  });
  return completion.choices[0].message.content;
}

/** @param {import('openai').OpenAI} client */
export async function stream(client, model) {
  const chunks = await client.chat.completions.create({
    model,
    messages: [{ role: 'user', content: 'Count to three' }],
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let tokens = 0;
  for await (const chunk of chunks) {
    text += chunk.choices[0]?.delta.content ?? '';
    tokens = chunk.usage?.completion_tokens ?? tokens;
  }
  return { text, tokens };
}

/** @param {import('openai').OpenAI} client */
export async function tools(client, model) {
  const messages = [{ role: 'user', content: 'Weather in Bern?' }];
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const offered = [{ type: 'function', function: { name: 'weather', parameters } }];
  const first = await client.chat.completions.create({ model, messages, tools: offered });
  const { message } = first.choices[0];
  messages.push(message);
  for (const call of message.tool_calls ?? []) {
    const { city } = JSON.parse(call.function.arguments);
    messages.push({ role: 'tool', tool_call_id: call.id, content: `21 degrees in ${city}` });
  }
  const last = await client.chat.completions.create({ model, messages, tools: offered });
  return { called: message.tool_calls?.[0]?.function.name, text: last.choices[0].message.content };
}
